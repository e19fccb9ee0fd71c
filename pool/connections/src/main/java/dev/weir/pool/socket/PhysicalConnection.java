package dev.weir.pool.socket;

import dev.weir.gate.Deadline;
import dev.weir.pool.line.CallKind;
import dev.weir.pool.line.Far;
import dev.weir.pool.line.Line;
import dev.weir.pool.line.Watchdog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * One socket to the server, logged in; one caller uses it at a time.
 *
 * <p>It remembers what a borrower changed, and what it was before. A connection of somebody else's
 * pool is not cleaned here: its own {@code close} does that.
 */
public final class PhysicalConnection implements Far {

  /** What tidying up may take before the socket is cut, whatever the deadline says. */
  public static final long CLEANUP_NANOS = 1_000_000_000;

  private static final int NOTHING_PREPARED = -1;

  private @Nullable Connection jdbc;
  private final @Nullable BaseConnection own;
  private final @Nullable Line line;
  private int queryTimeout;
  private final Changes changes;
  private final Stamps stamps = new Stamps();
  private final AtomicBoolean idle = new AtomicBoolean();

  /** Whether a server process is its own for a transaction only. */
  private final boolean pooled;

  private final Preamble preamble;
  private Deadline until = Deadline.NONE;
  private int changesSeen = NOTHING_PREPARED;
  private int slot;

  private final Loan loan = new Loan();

  /** Cut by ourselves, so that it says nothing about the server. */
  private volatile boolean givenUp;

  /** Somebody else's, and back with its owner. */
  private volatile boolean returned;

  private PhysicalConnection(@Nullable BaseConnection own, @Nullable Line line, boolean pooled) {
    this.jdbc = own;
    this.own = own;
    this.line = line;
    this.pooled = pooled;
    this.preamble = new Preamble(pooled);
    this.changes = new Changes(pooled);
  }

  /**
   * A place for connections of somebody else's pool, one at a time. An interrupt of a virtual
   * thread closes them as the JDK does.
   *
   * @param watchdog ends their calls when they are due
   */
  static PhysicalConnection foreign(Watchdog watchdog) {
    var line = new Line(watchdog);
    var connection = new PhysicalConnection(null, line, false);
    line.attach(connection);
    return connection;
  }

  /** Puts a connection of somebody else's in its place, for one borrow. */
  void lend(Connection theirs) {
    jdbc = theirs;
    preamble.told(ServerGuards.NONE);
    returned = false;
  }

  /** It is its owner's again: nobody may stop a call on it any more. */
  void back() {
    returned = true;
  }

  /**
   * A connection of Weir's own to a PostgreSQL server.
   *
   * @param line over which it was opened
   * @param pooled whether a pooler gives it a server process for a transaction at a time
   */
  static PhysicalConnection own(BaseConnection own, Line line, boolean pooled) throws SQLException {
    var connection = new PhysicalConnection(own, line, pooled);
    line.attach(connection);
    // The driver's timer would be shared by all connections of this JVM: the watchdog's turn.
    connection.queryTimeout = own.getQueryTimeout();
    own.setQueryTimeout(0);
    connection.changes.applicationName(own.getParameterStatus("application_name"));
    return connection;
  }

  /** The driver's connection. */
  public Connection jdbc() {
    return Objects.requireNonNull(jdbc, "a place that nobody has lent to");
  }

  /** Its pool's notes about it. */
  Stamps stamps() {
    return stamps;
  }

  /** Makes it the caller's alone; false if it is somebody's. */
  boolean claim() {
    return idle.compareAndSet(true, false);
  }

  /** Ends the claim. */
  void free() {
    loan.end();
    idle.set(true);
  }

  /** Who has borrowed it last. */
  public Loan loan() {
    return loan;
  }

  /** What the present borrow has changed. */
  public Changes changes() {
    return changes;
  }

  /** Who has borrowed it; null while nobody has, or its pool itself uses it. */
  public @Nullable Thread borrower() {
    return isIdle() ? null : loan.borrower();
  }

  boolean isIdle() {
    return idle.get();
  }

  int slot() {
    return slot;
  }

  void slot(int number) {
    slot = number;
  }

  /** What the transactions of the present borrow begin with. */
  public Preamble preamble() {
    return preamble;
  }

  /** Tells the server what to watch over, unless it knows, or could not keep it in mind. */
  public void tellGuards() throws SQLException {
    if (!pooled && preamble.isAny()) {
      try {
        say(preamble.text());
      } catch (SQLException refused) {
        throw preamble.explained(refused);
      }
      preamble.committed();
    }
  }

  private void say(String sql) throws SQLException {
    bounded(
        far -> {
          try (Statement statement = far.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  /** Whether a transaction begins with the next statement, and something must be said before. */
  public boolean isOpeningDue() throws SQLException {
    return pooled && own != null && !own.getAutoCommit() && !isInTransaction() && preamble.isAny();
  }

  /** Whether what is set on it for longer than a transaction would be set for somebody else. */
  public boolean isPooled() {
    return pooled;
  }

  /** Asks the server, for that long at most. */
  boolean asks(Duration patience, Question question) throws SQLException {
    return bounded(patience.toNanos(), question);
  }

  /** Whether what it has prepared was prepared after so many changes of tables. */
  public boolean hasSeen(int changes) {
    return changesSeen == changes;
  }

  /**
   * Forgets what was prepared on it, after so many changes of tables; somebody else's is left as it
   * is.
   */
  public void prepareAnew(int changes) throws SQLException {
    if (own != null && !pooled && changesSeen != NOTHING_PREPARED) {
      say("DEALLOCATE ALL");
    }
    changesSeen = changes;
  }

  /** Asks the server; the socket of one that does not answer in time is cut. */
  boolean isAlive(Duration patience) {
    try {
      return bounded(patience.toNanos(), far -> far.isValid(0));
    } catch (SQLException _) {
      return false;
    }
  }

  /** Says goodbye to the server and closes the socket, which is cut if that takes too long. */
  void quit() {
    try {
      bounded(Connection::close);
    } catch (SQLException failure) {
      Logs.closeFailed(failure);
      abort();
    }
  }

  /** Whether it has gone, and not because we wanted it. */
  boolean isLost() {
    return !givenUp && isGone();
  }

  /** Ends it, with a goodbye if anybody hears it. */
  boolean leave() {
    if (isGone()) {
      abort();
    } else {
      quit();
    }
    return true;
  }

  /** Cuts the socket because its borrower wants that. */
  public void abandon(Executor executor) throws SQLException {
    givenUp = true;
    jdbc().abort(executor);
  }

  /** Cuts the socket, whatever happens on it. */
  void abort() {
    givenUp = true;
    try {
      cut();
    } catch (SQLException failure) {
      Logs.closeFailed(failure);
    }
  }

  /** What goes over it; null if nothing bounds it. */
  public @Nullable Line line() {
    return line;
  }

  /** When the time of the present borrow is over, beside what its caller has bound. */
  public Deadline until() {
    return until;
  }

  /** Says when the time of the borrow that begins is over. */
  public void until(Deadline end) {
    until = end;
  }

  /** What the URL says of the query timeout, in seconds. */
  public int queryTimeout() {
    return queryTimeout;
  }

  @Override
  public void cancel() throws SQLException {
    if (jdbc().isWrapperFor(PGConnection.class)) {
      jdbc().unwrap(PGConnection.class).cancelQuery();
    }
  }

  @Override
  public void cut() throws SQLException {
    jdbc().abort(Runnable::run);
  }

  @Override
  public boolean isGone() {
    try {
      return returned || jdbc().isClosed();
    } catch (SQLException _) {
      return true;
    }
  }

  /** Begins to stop the call under way, if there is one: its statement is cancelled. */
  void askToEnd() {
    Line over = line;
    if (over != null) {
      over.askToEnd();
    }
  }

  /**
   * Stops the call of another thread, if there is one; false if the calling thread itself is inside
   * a call, in which case the connection is lost.
   */
  public boolean endOthers() {
    Line over = line;
    if (over == null || over.endOthers()) {
      return true;
    }
    over.cut();
    return false;
  }

  private void bounded(SettingChange work) throws SQLException {
    bounded(
        CLEANUP_NANOS,
        far -> {
          work.on(far);
          return true;
        });
  }

  private boolean bounded(long nanos, Question question) throws SQLException {
    Line over = line;
    if (over == null) {
      return question.ask(jdbc());
    }
    if (!over.begin(CallKind.CLEANUP, nanos)) {
      throw new SQLException("Another call did not leave the connection in time.", "08006");
    }
    try {
      return question.ask(jdbc());
    } catch (RuntimeException failure) {
      throw OutOfStep.cut(this, failure);
    } finally {
      over.end();
    }
  }

  /** A question to the server. */
  @FunctionalInterface
  interface Question {
    boolean ask(Connection far) throws SQLException;
  }

  /** Whether a transaction is open; never for somebody else's, who is not asked. */
  public boolean isInTransaction() {
    BaseConnection known = own;
    return known != null && known.getTransactionState() != TransactionState.IDLE;
  }

  /** Makes it read-only for one borrow. */
  public void makeReadOnly() throws SQLException {
    remember(Setting.READ_ONLY);
    bounded(own -> own.setReadOnly(true));
  }

  /** Before a change: it is undone when the borrow ends. */
  public void remember(Setting setting) throws SQLException {
    if (own != null) {
      changes.remember(setting, jdbc());
    }
  }

  /**
   * Makes it as it was before the borrow; says nothing to the server if nothing was changed.
   *
   * @return whether the next borrower may have it
   */
  public boolean clean() throws SQLException {
    changes.end();
    if (own == null) {
      return true;
    }
    if (own.isClosed()) {
      return false;
    }
    boolean open = isInTransaction();
    if (open || changes.isAny()) {
      bounded(_ -> undo(own, open));
    }
    own.clearWarnings();
    preamble.forget();
    return !own.isClosed();
  }

  private void undo(BaseConnection own, boolean open) throws SQLException {
    if (changes.undo(own, open)) {
      preamble.told(ServerGuards.NONE);
    }
  }
}
