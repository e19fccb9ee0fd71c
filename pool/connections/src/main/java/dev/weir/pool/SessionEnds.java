package dev.weir.pool;

import dev.weir.pool.admission.PoolLane;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells how sessions end, if anybody wants to hear it: two readings of the clock for each session,
 * none otherwise.
 */
record SessionEnds(PoolListener listener, boolean wanted) {

  static SessionEnds of(PoolListener listener) {
    return new SessionEnds(listener, listener.wantsSessionEnds());
  }

  /** Runs a whole session, waits and tries included. */
  <R extends @Nullable Object, X extends Throwable> R told(
      PoolLane lane, ScopedValue.CallableOp<R, X> session) throws X {
    return told(lane, session, _ -> true);
  }

  /**
   * As the other, for what may turn out to have been no session.
   *
   * @param counts whether it was one, by the failure it ended with, null for none
   */
  <R extends @Nullable Object, X extends Throwable> R told(
      PoolLane lane, ScopedValue.CallableOp<R, X> session, Predicate<@Nullable Throwable> counts)
      throws X {
    long start = System.nanoTime();
    Throwable failed = null;
    try {
      return session.call();
    } catch (Throwable failure) {
      failed = failure;
      throw failure;
    } finally {
      if (counts.test(failed)) {
        listener.sessionEnded(lane.lane().name(), System.nanoTime() - start, failed);
      }
    }
  }
}
