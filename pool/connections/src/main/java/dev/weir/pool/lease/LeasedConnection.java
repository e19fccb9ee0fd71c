package dev.weir.pool.lease;

import dev.weir.gate.Lane;
import dev.weir.pool.line.CallKind;
import dev.weir.pool.line.Line;
import dev.weir.pool.line.Stop;
import dev.weir.pool.socket.Logs;
import dev.weir.pool.socket.OutOfStep;
import dev.weir.pool.socket.PhysicalConnection;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Executor;
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
public abstract class LeasedConnection extends SettingKeeper {

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

  /** Before a statement of this text is sent or prepared. */
  void permits(String sql) throws SQLException {
    // A borrow that is no session ends its transactions as it likes.
  }

  /** The borrow itself, whichever view of it this is. */
  public LeasedConnection borrow() {
    return this;
  }

  /** Whether it was borrowed there. */
  public final boolean isLentBy(Lender from) {
    return lender.equals(from);
  }

  /** The name of the lane in which it was borrowed. */
  public final String lane() {
    return lane.name();
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

  @Override
  final PhysicalConnection physical() {
    return physical;
  }

  /** What a new statement's query timeout is, in seconds. */
  final int queryTimeout() {
    return physical.queryTimeout();
  }

  final void beginCall(CallKind kind, int timeoutSeconds) throws SQLException {
    enter(kind, timeoutSeconds);
    if (kind == CallKind.STATEMENT && physical.isPooled()) {
      openIfDue();
    }
  }

  private void enter(CallKind kind, int timeoutSeconds) throws SQLException {
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

  /**
   * Where nothing is set for longer than a transaction, a framework's must begin with that, too.
   */
  private void openIfDue() throws SQLException {
    try {
      if (physical.isOpeningDue()) {
        FirstWords.say(physical.jdbc(), physical.preamble().text());
      }
    } catch (SQLException | RuntimeException failure) {
      throw failure(failure);
    }
  }

  /**
   * Begins a transaction with these words and those that are due at its beginning, in one message
   * with BEGIN; if there are none, BEGIN travels with the first statement.
   *
   * @return the row that the words ask for; empty if they ask for none
   */
  public final List<String> begin(String words) throws SQLException {
    String all = physical.preamble().text() + words;
    if (all.isEmpty()) {
      return List.of();
    }
    enter(CallKind.STATEMENT, 0);
    List<String> row;
    try {
      row = FirstWords.say(physical.jdbc(), all);
    } catch (SQLException | RuntimeException failure) {
      throw failure(failure);
    }
    endCall();
    return row;
  }

  /** The transaction begun so has committed. */
  public final void committed() {
    physical.preamble().committed();
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

  Throwable explain(Throwable thrown) {
    Throwable failure = OutOfStep.explain(physical, thrown);
    Line line = physical.line();
    Stop stop = line == null ? null : line.end();
    if (stop != null) {
      return StoppedCall.explain(stop, lane.name(), failure);
    }
    lender.failed(physical, failure);
    return failure;
  }

  @Override
  final SQLException failure(Exception failure) {
    return (SQLException) explain(failure);
  }

  final boolean closeOnce() {
    return CLOSED.compareAndSet(this, false, true);
  }

  /**
   * As {@link #closeOnce}, for a view, which one thread alone may close and which gives nothing
   * back.
   */
  final void endView() {
    CLOSED.setRelease(this, true);
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
        tellWhatIsLeft();
      }
    } catch (SQLException | RuntimeException failure) {
      Logs.closeFailed(failure);
    } finally {
      lender.giveBack(physical, lane, start, reusable);
    }
  }

  private void tellWhatIsLeft() {
    String left = physical.changes().left();
    if (!left.isEmpty()) {
      lender.leftBehind(lane.name(), left);
    }
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    if (closeOnce()) {
      try {
        physical.abandon(executor);
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
  public final String toString() {
    return closed ? "closed connection" : "connection of lane '" + lane.name() + "'";
  }
}
