package dev.weir.pool.lease;

import dev.weir.gate.Deadline;
import dev.weir.pool.line.CallKind;
import dev.weir.pool.line.Line;
import dev.weir.pool.socket.PhysicalConnection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** How long a call to the server may take, and whether it may begin at all. */
final class CallRules {

  private CallRules() {}

  /**
   * Begins a call on the line.
   *
   * @param budget what it may take, in nanoseconds, as {@link #budget} says
   * @throws SQLException with SQLSTATE 57014 if it is refused; nothing has been sent then
   */
  static void begin(Line line, CallKind kind, long budget, String lane) throws SQLException {
    boolean cleanup = kind == CallKind.CLEANUP;
    long time = cleanup ? Math.max(budget, PhysicalConnection.CLEANUP_NANOS) : budget;
    if (!cleanup && budget == 0) {
      throw StoppedCall.past(lane);
    }
    if (kind == CallKind.STATEMENT && isInterrupted()) {
      throw StoppedCall.interrupted(lane);
    }
    if (!line.begin(kind, time)) {
      throw StoppedCall.past(lane);
    }
  }

  /**
   * What is left of the current {@link Deadline}, of the borrow's own, and of the statement's
   * timeout, whichever is least.
   *
   * @param until when the borrow's time is over
   * @param timeoutSeconds the statement's own timeout, 0 for none
   */
  static long budget(Deadline until, int timeoutSeconds) {
    long left = Math.min(Deadline.current().remainingNanos(), until.remainingNanos());
    return timeoutSeconds == 0 ? left : Math.min(left, TimeUnit.SECONDS.toNanos(timeoutSeconds));
  }

  /** On platform threads the flag means nothing to JDBC, as ever. */
  private static boolean isInterrupted() {
    Thread thread = Thread.currentThread();
    return thread.isVirtual() && thread.isInterrupted();
  }
}
