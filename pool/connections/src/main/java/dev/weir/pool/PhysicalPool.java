package dev.weir.pool;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where the sockets are kept. The gate in front sees to it that no caller waits here for another.
 */
interface PhysicalPool extends AutoCloseable {

  /** A connection for one caller, who gives it back by closing it. */
  Connection borrow() throws SQLException;

  /** Throws a borrowed connection away, so that nobody gets it after this caller. */
  void discard(Connection connection) throws SQLException;

  /** Why the last attempt to open a socket failed; null if it did not, or nobody knows. */
  @Nullable SQLException lastConnectFailure();

  /** Sockets open now. */
  int connections();

  /** Those of them that nobody uses. */
  int idle();

  @Override
  void close();
}
