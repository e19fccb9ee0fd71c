package dev.weir.pool.socket;

import java.sql.SQLException;
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
