package dev.weir.pool;

import dev.weir.gate.Deadline;
import dev.weir.pool.line.CallKind;
import dev.weir.pool.line.Line;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** How long a call to the server may take, and whether it may begin at all. */
final class CallRules {

  private CallRules() {}

  /**
   * Begins a call on the line: it is due when the current {@link Deadline} or its own timeout
   * passes, whichever is sooner.
   *
   * @param timeoutSeconds the statement's own timeout, 0 for none
   * @throws SQLException with SQLSTATE 57014 if it is refused; nothing has been sent then
   */
  static void begin(Line line, CallKind kind, int timeoutSeconds, String lane) throws SQLException {
    long budget = budget(timeoutSeconds);
    if (kind == CallKind.CLEANUP) {
      budget = Math.max(budget, PhysicalConnection.CLEANUP_NANOS);
    } else if (budget == 0) {
      throw StoppedCall.past(lane);
    } else if (kind == CallKind.STATEMENT && isInterrupted()) {
      throw StoppedCall.interrupted(lane);
    }
    if (!line.begin(kind, budget)) {
      throw StoppedCall.past(lane);
    }
  }

  private static long budget(int timeoutSeconds) {
    long left = Deadline.current().remainingNanos();
    return timeoutSeconds == 0 ? left : Math.min(left, TimeUnit.SECONDS.toNanos(timeoutSeconds));
  }

  /** On platform threads the flag means nothing to JDBC, as ever. */
  private static boolean isInterrupted() {
    Thread thread = Thread.currentThread();
    return thread.isVirtual() && thread.isInterrupted();
  }
}
