/**
 * Who is measured: Weir and those it is compared with, each with its own connections to the same
 * server.
 *
 * <p>A rival enters with the settings that a user of it would choose, and tells them. Start reading
 * at {@link dev.weir.benchmarks.load.rivals.Lender}.
 */
@NullMarked
package dev.weir.benchmarks.load.rivals;

import org.jspecify.annotations.NullMarked;
