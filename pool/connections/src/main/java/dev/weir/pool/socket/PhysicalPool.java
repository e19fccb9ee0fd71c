package dev.weir.pool.socket;

import dev.weir.config.PoolConfig;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
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

  /**
   * Logs in anew, beside those that are there; they are then replaced by such ones, a few at a time
   * and each when nobody uses it, as long as that goes well.
   *
   * @return false if there is no place for one more
   * @throws SQLException if the login fails, or is the one that was refused just now; nothing is
   *     replaced then
   */
  default boolean renewBeside() throws SQLException {
    throw new SQLFeatureNotSupportedException(
        "Whoever owns these connections logs in, so they cannot be renewed from here.", "0A000");
  }

  /**
   * As {@link #renewBeside}, in place of the borrowed one, which is closed before.
   *
   * @throws SQLException if the login fails; only the borrowed one is gone then
   */
  default void renewInstead(PhysicalConnection borrowed) throws SQLException {
    throw new IllegalStateException("Nothing was renewed here.");
  }

  /**
   * From now on there are so many; how many callers the gate lets in stays as it is.
   *
   * @throws UnsupportedOperationException if somebody else decides that
   */
  default void resize(PoolConfig size) {
    throw new UnsupportedOperationException(
        "Whoever owns these connections decides how many there are.");
  }

  /**
   * The server has answered a write of the borrower with SQLSTATE 25006: if that is because it is a
   * standby, sockets that were opened before are replaced, each when nobody uses it.
   */
  default void refusedWrite(PhysicalConnection borrowed) {}

  /** Whether the server is a standby that refuses all writes, as far as it has told. */
  default boolean isStandby() {
    return false;
  }

  /** Closes those that nobody uses, and opens none until {@link #release}. */
  default void hold() {}

  /** Opens what is needed again. */
  default void release() {}

  /** Another number after each loss that made all others doubtful. */
  default int epoch() {
    return 0;
  }

  /** How old they are and how often they are used. */
  default Wear wear() {
    return Wear.UNKNOWN;
  }

  /** Told whenever a caller has begun to wait at the gate. */
  default void demanded() {}

  /** Why the last attempt to open a socket failed; null if it did not, or nobody knows. */
  @Nullable SQLException lastConnectFailure();

  /** Those that are borrowed now, as far as it knows. */
  default List<PhysicalConnection> borrowed() {
    return List.of();
  }

  /** Sockets open now. */
  int connections();

  /** Those of them that nobody uses. */
  int idle();

  @Override
  void close();
}
