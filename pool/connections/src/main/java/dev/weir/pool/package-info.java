/**
 * The room that keeps the connections.
 *
 * <p>A call passes {@link dev.weir.pool.UnifiedConnectionManager}, waits in its lane of the gate
 * for a permit ({@code Admission}), takes a socket ({@code SocketPool}, {@code Slots}), and gets it
 * wrapped so that it comes back once and only once ({@code LeasedConnection}). The gate has a
 * permit for each socket that can be used and no more, so nobody ever waits behind it; sockets are
 * opened elsewhere ({@code Filler}), on the gate's demand. No metrics library enters here: figures
 * leave by {@link dev.weir.pool.PoolListener} and {@link dev.weir.pool.PoolSnapshot}.
 */
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
