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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
  private final Set<Setting> changed = EnumSet.noneOf(Setting.class);

  /** What settings were before their first change; kept for the life of the socket. */
  private final Map<Setting, @Nullable Object> before = new EnumMap<>(Setting.class);

  private final Stamps stamps = new Stamps();
  private final AtomicBoolean idle = new AtomicBoolean();
  private ServerGuards guards = ServerGuards.NONE;
  private Deadline until = Deadline.NONE;
  private int changesSeen = NOTHING_PREPARED;
  private int slot;

  /** Somebody else's, and back with its owner. */
  private volatile boolean returned;

  private PhysicalConnection(@Nullable BaseConnection own, @Nullable Line line) {
    this.jdbc = own;
    this.own = own;
    this.line = line;
  }

  /**
   * A place for connections of somebody else's pool, one at a time. An interrupt of a virtual
   * thread closes them as the JDK does.
   *
   * @param watchdog ends their calls when they are due
   */
  static PhysicalConnection foreign(Watchdog watchdog) {
    var line = new Line(watchdog);
    var connection = new PhysicalConnection(null, line);
    line.attach(connection);
    return connection;
  }

  /** Puts a connection of somebody else's in its place, for one borrow. */
  void lend(Connection theirs) {
    jdbc = theirs;
    guards = ServerGuards.NONE;
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
   */
  static PhysicalConnection own(BaseConnection own, Line line) throws SQLException {
    var connection = new PhysicalConnection(own, line);
    line.attach(connection);
    // The driver's timer would be shared by all connections of this JVM: the watchdog's turn.
    connection.queryTimeout = own.getQueryTimeout();
    own.setQueryTimeout(0);
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
    idle.set(true);
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

  /** What the server was last told to watch over. */
  ServerGuards guards() {
    return guards;
  }

  /** Tells the server what to watch over. */
  public void guards(ServerGuards told) throws SQLException {
    bounded(
        far -> {
          try (Statement statement = far.createStatement()) {
            statement.execute(told.sql());
          }
        });
    guards = told;
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
    if (own != null && changesSeen != NOTHING_PREPARED) {
      bounded(
          far -> {
            try (Statement statement = far.createStatement()) {
              statement.execute("DEALLOCATE ALL");
            }
          });
    }
    changesSeen = changes;
  }

  /** When what happened, in ticks of the pool; written by whoever holds the connection. */
  static final class Stamps {
    /** It leaves when this has come. */
    int expiry;

    /** It was given back last. */
    int used;

    /** It was known to be alive last. */
    int seenAlive;
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

  /** Cuts the socket, whatever happens on it. */
  void abort() {
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
    } finally {
      over.end();
    }
  }

  @FunctionalInterface
  private interface Question {
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
    if (own != null && !changed.contains(setting)) {
      if (!before.containsKey(setting)) {
        before.put(setting, setting.read(jdbc()));
      }
      changed.add(setting);
    }
  }

  /**
   * Makes it as it was before the borrow; says nothing to the server if nothing was changed.
   *
   * @return whether the next borrower may have it
   */
  public boolean clean() throws SQLException {
    if (own == null) {
      return true;
    }
    if (own.isClosed()) {
      return false;
    }
    if (isInTransaction() || !changed.isEmpty()) {
      bounded(_ -> tidy(own));
    }
    own.clearWarnings();
    return !own.isClosed();
  }

  private void tidy(BaseConnection own) throws SQLException {
    if (isInTransaction()) {
      rollBack(own);
    }
    for (Setting setting : changed) {
      setting.restore(own, before.get(setting));
    }
    changed.clear();
  }

  private static void rollBack(BaseConnection own) throws SQLException {
    if (!own.getAutoCommit()) {
      own.rollback();
      return;
    }
    try (Statement statement = own.createStatement()) {
      // The borrower sent BEGIN as a statement of its own; the driver would refuse rollback().
      statement.execute("ROLLBACK");
    }
  }
}
