package dev.weir.pool.socket;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * Where the sockets are kept. The gate in front sees to it that no caller waits here for another.
 */
public interface PhysicalPool extends AutoCloseable {

  /**
   * A connection for one caller, who gives it back or throws it away. Null if the one whose turn it
   * was is dead: the caller then gives its permit back and waits for another.
   *
   * @param guards what the caller's lane wants of the server: a connection that has them already is
   *     preferred
   */
  @Nullable PhysicalConnection borrow(ServerGuards guards) throws SQLException;

  /** Takes a borrowed connection back, for the next caller. */
  void giveBack(PhysicalConnection connection) throws SQLException;

  /** Throws a borrowed connection away, so that nobody gets it after this caller. */
  void discard(PhysicalConnection connection) throws SQLException;

  /**
   * Takes a borrowed connection out of use, for somebody who needs one for long: it still counts,
   * but has no permit any more, so the borrower's is to be given back. Ends with {@link #retire}.
   *
   * @throws SQLException if there is nothing to be had for long here
   */
  default void dedicate(PhysicalConnection connection) throws SQLException {
    throw new SQLFeatureNotSupportedException(
        "Whoever owns these connections may want them back, so none can be kept for long.",
        "0A000");
  }

  /** The end of a dedicated connection, whatever happens on it. */
  default void retire(PhysicalConnection connection) {
    throw new IllegalStateException("Nothing was dedicated here.");
  }

  /** Told whenever a caller has begun to wait at the gate. */
  default void demanded() {}

  /** Why the last attempt to open a socket failed; null if it did not, or nobody knows. */
  @Nullable SQLException lastConnectFailure();

  /** Sockets open now. */
  int connections();

  /** Those of them that nobody uses. */
  int idle();

  @Override
  void close();
}
