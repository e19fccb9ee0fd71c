package dev.weir.pool.lease;

import dev.weir.gate.Lane;
import dev.weir.pool.line.CallKind;
import dev.weir.pool.line.Line;
import dev.weir.pool.line.Stop;
import dev.weir.pool.socket.Logs;
import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.pool.socket.Setting;
import dev.weir.pool.socket.SettingChange;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.CallableStatement;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * One borrow of a connection: however often and by whomever it is closed, socket and permit go back
 * once, together. After that it, its statements and their rows answer like those of any closed
 * connection, with SQLSTATE 08003.
 *
 * <p>{@code close} closes the statements left open, rolls back a transaction left open and puts
 * back the settings that were changed through this wrapper; a clean return sends nothing to the
 * server. A socket that is broken, or cannot be cleaned, is thrown away.
 */
public abstract class LeasedConnection extends StatementKeeper implements Connection {

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
  private final Lender lender;
  private final Lane lane;
  private final long start;

  @SuppressWarnings("UnusedVariable") // written through CLOSED
  private volatile boolean closed;

  /** A borrow that begins; made by {@link #open}. */
  LeasedConnection(PhysicalConnection physical, Lender lender, Lane lane, long start) {
    this.physical = physical;
    this.lender = lender;
    this.lane = lane;
    this.start = start;
  }

  /** The same borrow, seen by somebody inside it. */
  LeasedConnection(LeasedConnection borrow) {
    this(borrow.physical, borrow.lender, borrow.lane, borrow.start);
  }

  /**
   * A borrow that begins.
   *
   * @param physical the socket, this borrow's alone
   * @param lender where it goes back to
   * @param lane whose permit goes back with it
   * @param start when it began, 0 if it is not timed
   */
  public static LeasedConnection open(
      PhysicalConnection physical, Lender lender, Lane lane, long start) {
    return Wrapping.OF.connection(physical, lender, lane, start);
  }

  /**
   * This borrow as one lambda of a session sees it.
   *
   * @param tenant who may use it, and for what
   * @param remark what its statements tell the server
   */
  public final SessionConnection view(Tenant tenant, Remark remark) {
    return Wrapping.OF.view(this, tenant, remark);
  }

  /** What its statements tell the server about it. */
  Remark remark() {
    return Remark.NONE;
  }

  @Override
  final LeasedConnection lease() {
    return this;
  }

  @Override
  final Connection live() throws SQLException {
    checkOpen();
    return physical.jdbc();
  }

  @Override
  void checkOpen() throws SQLException {
    if (closed) {
      throw new SQLException(
          "This connection is closed: it went back to the pool when its session ended or close()"
              + " was called. Borrow a new one.",
          "08003");
    }
  }

  @Override
  boolean isOver() {
    return closed;
  }

  /** What a new statement's query timeout is, in seconds. */
  final int queryTimeout() {
    return physical.queryTimeout();
  }

  final void beginCall(CallKind kind, int timeoutSeconds) throws SQLException {
    checkOpen();
    Line line = physical.line();
    if (line == null) {
      return;
    }
    CallRules.begin(line, kind, CallRules.budget(physical.until(), timeoutSeconds), lane.name());
    if (closed) {
      line.end();
      checkOpen();
    }
  }

  /** Before a statement is executed: notes how, if the borrow is timed. */
  final void sample(PreparedStatement statement) throws SQLException {
    if (start != 0 && !isOver() && statement.isWrapperFor(PGStatement.class)) {
      lender.statements().count(statement.unwrap(PGStatement.class), physical.jdbc());
    }
  }

  final void endCall() {
    Line line = physical.line();
    if (line != null) {
      line.end();
    }
  }

  Throwable explain(Throwable failure) {
    Line line = physical.line();
    Stop stop = line == null ? null : line.end();
    if (stop != null) {
      return StoppedCall.explain(stop, lane.name(), failure);
    }
    lender.statements().sawFailure(failure);
    return failure;
  }

  /** As {@link #explain}, for code that the compiler checks. */
  final SQLException failure(Exception failure) {
    Throwable shown = explain(failure);
    if (shown instanceof SQLException known) {
      return known;
    }
    throw (RuntimeException) shown;
  }

  final boolean closeOnce() {
    return CLOSED.compareAndSet(this, false, true);
  }

  @Override
  public void close() throws SQLException {
    if (!closeOnce()) {
      return;
    }
    boolean reusable = false;
    try {
      if (physical.endOthers()) {
        closeStatements();
        reusable = physical.clean();
      }
    } catch (SQLException | RuntimeException failure) {
      Logs.closeFailed(failure);
    } finally {
      lender.giveBack(physical, lane, start, reusable);
    }
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    if (closeOnce()) {
      try {
        physical.jdbc().abort(executor);
      } finally {
        lender.giveBack(physical, lane, start, false);
      }
    }
  }

  @Override
  public final boolean isClosed() throws SQLException {
    return isOver() || physical.jdbc().isClosed();
  }

  @Override
  public final boolean isValid(int timeoutSeconds) throws SQLException {
    if (timeoutSeconds < 0) {
      throw new SQLException(
          "The timeout of isValid is " + timeoutSeconds + " s; it must be 0 or more.");
    }
    if (closed) {
      return false;
    }
    begin(CallKind.CLEANUP);
    try {
      return physical.jdbc().isValid(timeoutSeconds);
    } finally {
      done();
    }
  }

  @Override
  public final Statement createStatement() throws SQLException {
    return wrap(live().createStatement());
  }

  @Override
  public final Statement createStatement(int type, int concurrency) throws SQLException {
    return wrap(live().createStatement(type, concurrency));
  }

  @Override
  public final Statement createStatement(int type, int concurrency, int holdability)
      throws SQLException {
    return wrap(live().createStatement(type, concurrency, holdability));
  }

  @Override
  public final PreparedStatement prepareStatement(String sql) throws SQLException {
    return wrap(live().prepareStatement(told(sql)));
  }

  @Override
  public final PreparedStatement prepareStatement(String sql, int keys) throws SQLException {
    return wrap(live().prepareStatement(told(sql), keys));
  }

  @Override
  public final PreparedStatement prepareStatement(String sql, int[] columnIndexes)
      throws SQLException {
    return wrap(live().prepareStatement(told(sql), columnIndexes));
  }

  @Override
  public final PreparedStatement prepareStatement(String sql, String[] columnNames)
      throws SQLException {
    return wrap(live().prepareStatement(told(sql), columnNames));
  }

  @Override
  public final PreparedStatement prepareStatement(String sql, int type, int concurrency)
      throws SQLException {
    return wrap(live().prepareStatement(told(sql), type, concurrency));
  }

  @Override
  public final PreparedStatement prepareStatement(
      String sql, int type, int concurrency, int holdability) throws SQLException {
    return wrap(live().prepareStatement(told(sql), type, concurrency, holdability));
  }

  @Override
  public final CallableStatement prepareCall(String sql) throws SQLException {
    return wrap(live().prepareCall(told(sql)));
  }

  @Override
  public final CallableStatement prepareCall(String sql, int type, int concurrency)
      throws SQLException {
    return wrap(live().prepareCall(told(sql), type, concurrency));
  }

  @Override
  public final CallableStatement prepareCall(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    return wrap(live().prepareCall(told(sql), type, concurrency, holdability));
  }

  private Statement wrap(Statement statement) throws SQLException {
    return track(Wrapping.OF.statement(this, statement));
  }

  private PreparedStatement wrap(PreparedStatement statement) throws SQLException {
    return track(Wrapping.OF.prepared(this, statement));
  }

  private CallableStatement wrap(CallableStatement statement) throws SQLException {
    return track(Wrapping.OF.callable(this, statement));
  }

  @Override
  public final DatabaseMetaData getMetaData() throws SQLException {
    return Wrapping.OF.metaData(this, live().getMetaData());
  }

  @Override
  public void setAutoCommit(boolean autoCommit) throws SQLException {
    // To switch it on commits what is open: that is refused when the time is over, as COMMIT is.
    CallKind kind = physical.isInTransaction() ? CallKind.COMMIT : CallKind.CLEANUP;
    change(Setting.AUTO_COMMIT, kind, jdbc -> jdbc.setAutoCommit(autoCommit));
  }

  @Override
  public final void setReadOnly(boolean readOnly) throws SQLException {
    change(Setting.READ_ONLY, jdbc -> jdbc.setReadOnly(readOnly));
  }

  @Override
  public final void setTransactionIsolation(int level) throws SQLException {
    change(Setting.ISOLATION, jdbc -> jdbc.setTransactionIsolation(level));
  }

  @Override
  public final void setHoldability(int holdability) throws SQLException {
    change(Setting.HOLDABILITY, jdbc -> jdbc.setHoldability(holdability));
  }

  @Override
  public final void setSchema(@Nullable String schema) throws SQLException {
    change(Setting.SCHEMA, jdbc -> jdbc.setSchema(schema));
  }

  @Override
  public final void setTypeMap(Map<String, Class<?>> map) throws SQLException {
    change(Setting.TYPE_MAP, jdbc -> jdbc.setTypeMap(map));
  }

  /** Bounds a single wait for the network, in ms, 0 for none; put back at {@code close}. */
  @Override
  public final void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
    change(Setting.NETWORK_TIMEOUT, jdbc -> jdbc.setNetworkTimeout(executor, milliseconds));
  }

  private void change(Setting setting, SettingChange change) throws SQLException {
    change(setting, setting.kind(), change);
  }

  private void change(Setting setting, CallKind kind, SettingChange change) throws SQLException {
    begin(kind);
    try {
      physical.remember(setting);
      change.on(physical.jdbc());
    } catch (SQLException | RuntimeException failure) {
      throw failure(failure);
    }
    done();
  }

  @Override
  public final void setClientInfo(String name, @Nullable String value)
      throws SQLClientInfoException {
    clientInfo(jdbc -> jdbc.setClientInfo(name, value));
  }

  @Override
  public final void setClientInfo(Properties properties) throws SQLClientInfoException {
    clientInfo(jdbc -> jdbc.setClientInfo(properties));
  }

  private void clientInfo(SettingChange change) throws SQLClientInfoException {
    try {
      change(Setting.CLIENT_INFO, change);
    } catch (SQLClientInfoException own) {
      throw own;
    } catch (SQLException dead) {
      throw new SQLClientInfoException(
          dead.getMessage(), dead.getSQLState(), Map.<String, ClientInfoStatus>of(), dead);
    }
  }

  @Override
  public final String toString() {
    return closed ? "closed connection" : "connection of lane '" + lane.name() + "'";
  }
}
