package dev.weir.pool;

import dev.weir.pool.session.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * A request: its sessions are one transaction, which begins when the first of them is opened. It
 * belongs to the thread that made it.
 */
final class RequestScope {

  private final Thread owner = Thread.currentThread();
  private final Opener opener;
  private @Nullable Begun begun;

  RequestScope(Opener opener) {
    this.opener = opener;
  }

  /** Its transaction, and the session around all others. */
  record Begun(Session session, Transaction transaction) {}

  /** Begins the transaction. */
  @FunctionalInterface
  interface Opener {

    /**
     * Does so.
     *
     * @param introduced whether a framework is told of it
     */
    Begun open(boolean introduced);
  }

  /** Whether it belongs to the calling thread. */
  boolean isMine() {
    return owner == Thread.currentThread();
  }

  /** What was begun; null if nobody has wanted a session. */
  @Nullable Begun begun() {
    return begun;
  }

  /** The innermost session, from now on; null on another thread, or if it is set aside. */
  @Nullable Session begin(boolean introduced) {
    if (!isMine()) {
      return null;
    }
    Begun open = begun;
    if (open == null) {
      open = opener.open(introduced);
      begun = open;
    }
    return open.session.isSetAside() ? null : open.session.innermost();
  }

  /** The work has returned. */
  void beforeCommit() {
    Begun open = begun;
    if (open != null) {
      open.session.guest().beforeCommit();
    }
  }
}
