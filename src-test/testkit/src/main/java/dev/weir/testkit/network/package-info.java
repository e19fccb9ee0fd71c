/**
 * What carries the bytes of a proxied connection, and the weather they meet on their way.
 *
 * <p>Not exported; sockets and virtual threads only, no protocol is understood here: who reads the
 * bytes is put before the outlet from outside. Start reading at {@link
 * dev.weir.testkit.network.ProxiedConnection}.
 */
@NullMarked
package dev.weir.testkit.network;

import org.jspecify.annotations.NullMarked;
