package dev.weir.pool.lease;

import dev.weir.pool.line.Line;
import dev.weir.pool.line.Stop;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;

/** What the caller of a call that was refused or stopped early is told. */
final class StoppedCall {

  /** The server's own word for a statement that was cancelled. */
  private static final String CANCELLED = "57014";

  private static final String CONNECTION_LOST = "08006";
  private static final String CONNECTION_GONE = "08003";

  private StoppedCall() {}

  static SQLException past(String lane) {
    return new SQLTimeoutException(
        "The time of this call in lane '%s' was over before it began, so nothing was sent to the server. Allow more with Deadline.within or Access.deadline."
            .formatted(lane),
        CANCELLED);
  }

  static SQLException interrupted(String lane) {
    return new SQLException(
        "The thread is interrupted, so this call in lane '%s' sent nothing to the server; the connection is kept. Clear the flag with Thread.interrupted() if it is to go on."
            .formatted(lane),
        CANCELLED);
  }

  /** What to throw for {@code failure}, which ended a call that was to be stopped. */
  static Throwable explain(Stop stop, String lane, Throwable failure) {
    if (!(failure instanceof SQLException sql)) {
      return failure;
    }
    if (stop.isCut()) {
      return cut(stop, lane, sql);
    }
    return CANCELLED.equals(sql.getSQLState()) ? kept(stop, lane, sql) : failure;
  }

  private static SQLException kept(Stop stop, String lane, SQLException failure) {
    return switch (stop.reason()) {
      case DEADLINE ->
          new SQLTimeoutException(
              "The server was not done %s that this call in lane '%s' had; it has cancelled it, and the connection is kept. Allow more with Deadline.within, Access.deadline or setQueryTimeout, or make the statement cheaper."
                  .formatted(within(stop), lane),
              CANCELLED,
              failure);
      case INTERRUPT ->
          new SQLException(
              "The thread was interrupted while the server worked for it in lane '%s': the server has cancelled the statement, the connection is kept, and so is the interrupt flag."
                  .formatted(lane),
              CANCELLED,
              failure);
      case CLOSE -> closed(lane, failure);
    };
  }

  private static SQLException cut(Stop stop, String lane, SQLException failure) {
    return switch (stop.reason()) {
      case DEADLINE ->
          new SQLTimeoutException(
              "The server neither answered %s that this call in lane '%s' had nor in the grace of %d ms after it, so the connection was closed; what the server did is not known. Check the network and the server."
                  .formatted(within(stop), lane, Line.GRACE.toMillis()),
              CONNECTION_LOST,
              failure);
      case INTERRUPT ->
          new SQLException(
              "The thread was interrupted while the server worked for it in lane '%s', and the server did not answer the cancel within %d ms, so the connection was closed. The interrupt flag is kept."
                  .formatted(lane, Line.GRACE.toMillis()),
              CONNECTION_LOST,
              failure);
      case CLOSE -> closed(lane, failure);
    };
  }

  private static SQLException closed(String lane, SQLException failure) {
    return new SQLException(
        "Another thread closed the connection while this call ran in lane '%s', so the call was stopped. Close a connection when its last call has ended."
            .formatted(lane),
        CONNECTION_GONE,
        failure);
  }

  private static String within(Stop stop) {
    return "within the %d ms".formatted(stop.allowed().toMillis());
  }
}
