package dev.weir.tasks;

/**
 * What a connection offers that knows when its transaction has committed: found by {@code
 * connection.unwrap(CommitHook.class)}, which throws where there is none. For the thread that uses
 * the connection.
 */
public interface CommitHook {

  /**
   * Runs {@code action} once if the transaction of this connection commits, after the connection
   * was given back.
   *
   * @throws IllegalStateException if there is no transaction
   */
  void afterCommit(Runnable action);
}
