/**
 * The sockets behind the gate: opened, kept in their slots, tidied up, looked at and closed.
 *
 * <p>The gate has a permit for each socket that can be used and no more, so nobody ever waits here;
 * sockets are opened elsewhere ({@code Filler}), on the gate's demand. What one socket remembers of
 * its borrower enters ({@link dev.weir.pool.socket.PhysicalConnection}), and how a login goes
 * wrong; lanes, permits of callers and wrappers do not. Start reading at {@link
 * dev.weir.pool.socket.SocketPool}.
 */
@NullMarked
package dev.weir.pool.socket;

import org.jspecify.annotations.NullMarked;
