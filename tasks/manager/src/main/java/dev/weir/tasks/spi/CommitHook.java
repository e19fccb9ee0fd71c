package dev.weir.tasks.spi;

/**
 * A way to hear that the transaction of a connection has committed.
 *
 * <p>A connection that has one is a wrapper for it: {@code
 * connection.isWrapperFor(CommitHook.class)}, then {@code connection.unwrap(CommitHook.class)}. It
 * is that of the transaction under way; ask the connection anew in the next one. A connection
 * outside a transaction, or of somebody else's data source, has none: look at the data from time to
 * time instead. Used by the thread of the connection alone.
 */
@FunctionalInterface
public interface CommitHook {

  /**
   * Runs {@code work} once if the transaction commits, and not at all if it does not or if nobody
   * knows: on the same thread, after the connection has been given back, in the order in which it
   * was asked for. What it throws is logged and hurts nobody.
   *
   * @throws IllegalStateException if the transaction is over
   */
  void afterCommit(Runnable work);
}
