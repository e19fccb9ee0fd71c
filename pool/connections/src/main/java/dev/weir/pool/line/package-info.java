/**
 * One socket to the server and the call under way on it.
 *
 * <p>Here a call gets its time and loses it: a {@link dev.weir.pool.line.Line} knows whether a call
 * runs and when it is due, the {@link dev.weir.pool.line.Watchdog} cancels what is overdue, and
 * {@link dev.weir.pool.line.ShieldedSocket} keeps an interrupt of a virtual thread from closing the
 * socket. Nothing of pools, lanes or statements enters; start reading at {@code Line}. Open to the
 * driver, which makes the sockets, and to nobody else.
 */
@NullMarked
package dev.weir.pool.line;

import org.jspecify.annotations.NullMarked;
