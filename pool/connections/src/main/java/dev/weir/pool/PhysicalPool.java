package dev.weir.pool;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where the sockets are kept. The gate in front sees to it that no caller waits here for another.
 */
interface PhysicalPool extends AutoCloseable {

  /** A connection for one caller, who gives it back or throws it away. */
  PhysicalConnection borrow() throws SQLException;

  /** Takes a borrowed connection back, for the next caller. */
  void giveBack(PhysicalConnection connection) throws SQLException;

  /** Throws a borrowed connection away, so that nobody gets it after this caller. */
  void discard(PhysicalConnection connection) throws SQLException;

  /** Why the last attempt to open a socket failed; null if it did not, or nobody knows. */
  @Nullable SQLException lastConnectFailure();

  /** Sockets open now. */
  int connections();

  /** Those of them that nobody uses. */
  int idle();

  @Override
  void close();
}
