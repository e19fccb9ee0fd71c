package dev.weir.pool;

import dev.weir.gate.Lane;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One borrow of a connection: however often and by whomever it is closed, socket and permit go back
 * once, together. After that it answers like any closed connection.
 */
final class LeasedConnection extends DelegatingConnection {

  private static final VarHandle CLOSED;

  static {
    try {
      CLOSED =
          MethodHandles.lookup().findVarHandle(LeasedConnection.class, "closed", boolean.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final PhysicalConnection physical;
  private final Admission admission;
  private final Lane lane;
  private final long start;

  @SuppressWarnings("UnusedVariable") // written through CLOSED
  private volatile boolean closed;

  /**
   * A borrow that begins.
   *
   * @param physical the socket, this borrow's alone
   * @param admission where it goes back to
   * @param lane whose permit goes back with it
   * @param start when it began, 0 if it is not timed
   */
  LeasedConnection(PhysicalConnection physical, Admission admission, Lane lane, long start) {
    this.physical = physical;
    this.admission = admission;
    this.lane = lane;
    this.start = start;
  }

  @Override
  Connection live() throws SQLException {
    if (closed) {
      throw new SQLException(
          "This connection is closed: it went back to the pool when its session ended or close()"
              + " was called. Borrow a new one.",
          "08003");
    }
    return physical.jdbc();
  }

  private boolean closeOnce() {
    return CLOSED.compareAndSet(this, false, true);
  }

  @Override
  public void close() throws SQLException {
    if (closeOnce()) {
      admission.giveBack(physical, lane, start, true);
    }
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    if (closeOnce()) {
      try {
        physical.jdbc().abort(executor);
      } finally {
        admission.giveBack(physical, lane, start, false);
      }
    }
  }

  @Override
  public boolean isClosed() throws SQLException {
    return closed || physical.jdbc().isClosed();
  }

  @Override
  public boolean isValid(int timeoutSeconds) throws SQLException {
    if (timeoutSeconds < 0) {
      throw new SQLException(
          "The timeout of isValid is " + timeoutSeconds + " s; it must be 0 or more.");
    }
    return !closed && physical.jdbc().isValid(timeoutSeconds);
  }

  @Override
  public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
    liveForClientInfo().setClientInfo(name, value);
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    liveForClientInfo().setClientInfo(properties);
  }

  private Connection liveForClientInfo() throws SQLClientInfoException {
    try {
      return live();
    } catch (SQLException dead) {
      throw new SQLClientInfoException(
          dead.getMessage(), dead.getSQLState(), Map.<String, ClientInfoStatus>of(), dead);
    }
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : live().unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || live().isWrapperFor(type);
  }

  @Override
  public String toString() {
    return closed ? "closed connection" : "connection of lane '" + lane.name() + "'";
  }
}
