package dev.weir.pool.session;

/** Who began a transaction that is not a session's own, and will end it. */
public interface Owner {

  /** Asks it to roll back in the end. */
  void rollbackOnly();

  /** Whether it means to roll back. */
  boolean isRollbackOnly();

  /** Asks it to say to these how it ended. */
  void atEnd(Callbacks callbacks);
}
