/**
 * The wrappers: what a borrower holds, for as long as the borrow lasts.
 *
 * <p>Every object that leads back to a connection is wrapped, so that each way back leads to the
 * borrow and ends with it, and each call to the server has a beginning and an end. Written down is
 * only what has a meaning of its own; {@code Delegation} makes the rest. What JDBC hands out enters
 * here; where a connection comes from does not: it goes back to its {@link
 * dev.weir.pool.lease.Lender}. Start reading at {@link dev.weir.pool.lease.LeasedConnection}.
 */
@NullMarked
package dev.weir.pool.lease;

import org.jspecify.annotations.NullMarked;
