/**
 * The room that keeps the connections.
 *
 * <p>A call passes {@link dev.weir.pool.UnifiedConnectionManager}, waits in its lane of the gate
 * for a permit, takes a socket from the physical pool (HikariCP, behind a small seam), and gets it
 * wrapped so that it comes back once and only once. Because the gate never admits more callers than
 * there may be sockets, nobody queues inside the physical pool, where the order is not fair. No
 * metrics library enters here: figures leave by {@link dev.weir.pool.PoolListener} and {@link
 * dev.weir.pool.PoolSnapshot}.
 */
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
