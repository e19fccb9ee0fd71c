/**
 * The room where a borrowed connection becomes a session and a transaction.
 *
 * <p>A {@link dev.weir.pool.session.Tenure} is one borrow and all lambdas that share it; a {@link
 * dev.weir.pool.session.Transaction} is what is committed or rolled back as one, and its {@link
 * dev.weir.pool.session.Outcome} how that ended, lost answers included. What it means to a caller,
 * as an exception or another try, is decided above; how a connection reaches the server, below.
 * Nothing here borrows. Start reading at {@link dev.weir.pool.session.Transaction}.
 */
@NullMarked
package dev.weir.pool.session;

import org.jspecify.annotations.NullMarked;
