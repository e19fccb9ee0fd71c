/**
 * Reads the messages of PostgreSQL out of the bytes of a proxied connection and does to them what
 * rules say.
 *
 * <p>Not exported. Bytes are never changed: they pass, wait, or the connection is cut between two
 * of them. Start reading at {@link dev.weir.testkit.protocol.RuleBook}.
 */
@NullMarked
package dev.weir.testkit.protocol;

import org.jspecify.annotations.NullMarked;
