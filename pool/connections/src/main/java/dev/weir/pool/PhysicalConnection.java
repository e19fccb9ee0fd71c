package dev.weir.pool;

import dev.weir.pool.line.CallKind;
import dev.weir.pool.line.Far;
import dev.weir.pool.line.Line;
import dev.weir.pool.line.Watchdog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
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
final class PhysicalConnection implements Far {

  /** What tidying up may take before the socket is cut, whatever the deadline says. */
  static final long CLEANUP_NANOS = 1_000_000_000;

  private final Connection jdbc;
  private final @Nullable BaseConnection own;
  private final @Nullable Line line;
  private int queryTimeout;
  private final Set<Setting> changed = EnumSet.noneOf(Setting.class);

  /** What settings were before their first change; kept for the life of the socket. */
  private final Map<Setting, @Nullable Object> before = new EnumMap<>(Setting.class);

  /** Somebody else's, and back with its owner. */
  private volatile boolean returned;

  private PhysicalConnection(Connection jdbc, @Nullable BaseConnection own, @Nullable Line line) {
    this.jdbc = jdbc;
    this.own = own;
    this.line = line;
  }

  /**
   * A connection of somebody else's pool, for one borrow. An interrupt of a virtual thread closes
   * it as the JDK does.
   *
   * @param watchdog ends its calls when they are due
   */
  static PhysicalConnection foreign(Connection jdbc, Watchdog watchdog) {
    var line = new Line(watchdog);
    var connection = new PhysicalConnection(jdbc, null, line);
    line.attach(connection);
    return connection;
  }

  /**
   * A connection of Weir's own to a PostgreSQL server.
   *
   * @param line over which it was opened
   */
  static PhysicalConnection own(BaseConnection own, Line line) throws SQLException {
    var connection = new PhysicalConnection(own, own, line);
    line.attach(connection);
    // The driver's timer would be shared by all connections of this JVM: the watchdog's turn.
    connection.queryTimeout = own.getQueryTimeout();
    own.setQueryTimeout(0);
    return connection;
  }

  /** The driver's connection. */
  Connection jdbc() {
    return jdbc;
  }

  /** What goes over it; null if nothing bounds it. */
  @Nullable Line line() {
    return line;
  }

  /** What the URL says of the query timeout, in seconds. */
  int queryTimeout() {
    return queryTimeout;
  }

  @Override
  public void cancel() throws SQLException {
    if (jdbc.isWrapperFor(PGConnection.class)) {
      jdbc.unwrap(PGConnection.class).cancelQuery();
    }
  }

  @Override
  public void cut() throws SQLException {
    jdbc.abort(Runnable::run);
  }

  @Override
  public boolean isGone() {
    try {
      return returned || jdbc.isClosed();
    } catch (SQLException _) {
      return true;
    }
  }

  /**
   * Stops the call of another thread, if there is one; false if the calling thread itself is inside
   * a call, in which case the connection is lost.
   */
  boolean endOthers() {
    Line over = line;
    if (over == null || over.endOthers()) {
      return true;
    }
    over.cut();
    return false;
  }

  private void bounded(SettingChange work) throws SQLException {
    Line over = line;
    if (over == null) {
      work.on(jdbc);
      return;
    }
    if (!over.begin(CallKind.CLEANUP, CLEANUP_NANOS)) {
      throw new SQLException("Another call did not leave the connection in time.", "08006");
    }
    try {
      work.on(jdbc);
    } finally {
      over.end();
    }
  }

  /** Whether a transaction is open; never for somebody else's, who is not asked. */
  boolean isInTransaction() {
    BaseConnection known = own;
    return known != null && known.getTransactionState() != TransactionState.IDLE;
  }

  /** Makes it read-only for one borrow. */
  void makeReadOnly() throws SQLException {
    remember(Setting.READ_ONLY);
    bounded(own -> own.setReadOnly(true));
  }

  /** Before a change: it is undone when the borrow ends. */
  void remember(Setting setting) throws SQLException {
    if (own != null && !changed.contains(setting)) {
      if (!before.containsKey(setting)) {
        before.put(setting, setting.read(jdbc));
      }
      changed.add(setting);
    }
  }

  /**
   * Makes it as it was before the borrow; says nothing to the server if nothing was changed.
   *
   * @return whether the next borrower may have it
   */
  boolean clean() throws SQLException {
    if (own == null) {
      returned = true;
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
