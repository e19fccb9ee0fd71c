package dev.weir.pool;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A connection that is held for long. Immutable.
 *
 * @param holder lane, thread, and where that was when it became slow
 * @param held for how long it had been held then, to a quarter of a second
 * @param isLeaked whether the thread that borrowed it has ended, so that most likely nobody gives
 *     it back
 * @param borrowedAt where it was borrowed, innermost call first; empty unless {@link
 *     WatchRules#withBorrowStacks} asks for it
 */
public record SlowSession(
    OpenSession holder, Duration held, boolean isLeaked, List<StackTraceElement> borrowedAt) {

  /** Copies the list. */
  public SlowSession {
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(held, "held");
    borrowedAt = List.copyOf(borrowedAt);
  }

  /** In one or two sentences: who holds it, for how long, and what to do. */
  @Override
  public String toString() {
    String who = "A %s has held its connection for %d ms".formatted(holder, held.toMillis());
    String where =
        borrowedAt.isEmpty() ? "" : ", borrowed at " + OpenSession.callersOwn(borrowedAt);
    return isLeaked
        ? who + where + ". Its thread has ended: close what getConnection() gave, or use sessions."
        : who + where + ". Do slow work outside of sessions.";
  }
}
