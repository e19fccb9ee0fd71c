package dev.weir.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * One socket to the server, logged in; one caller uses it at a time.
 *
 * <p>It remembers what a borrower changed, and what it was before. A connection of somebody else's
 * pool is not cleaned here: its own {@code close} does that.
 */
final class PhysicalConnection {

  private final Connection jdbc;
  private final @Nullable BaseConnection own;

  private final Set<Setting> changed = EnumSet.noneOf(Setting.class);

  /** What settings were before their first change; kept for the life of the socket. */
  private final Map<Setting, @Nullable Object> before = new EnumMap<>(Setting.class);

  private final Stamps stamps = new Stamps();
  private final AtomicBoolean idle = new AtomicBoolean();
  private ServerGuards guards = ServerGuards.NONE;
  private int slot;

  /** A connection of somebody else's. */
  PhysicalConnection(Connection jdbc) {
    this.jdbc = jdbc;
    this.own = null;
  }

  /** A connection of Weir's own to a PostgreSQL server. */
  PhysicalConnection(BaseConnection own) {
    this.jdbc = own;
    this.own = own;
  }

  /** The driver's connection. */
  Connection jdbc() {
    return jdbc;
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

  void guards(ServerGuards told) {
    guards = told;
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

  /** Whether it can never be used again. */
  boolean isBroken() {
    try {
      return jdbc.isClosed();
    } catch (SQLException failure) {
      return true;
    }
  }

  /** Asks the server; takes {@code seconds} at most. */
  boolean isAlive(int seconds) {
    try {
      return jdbc.isValid(seconds);
    } catch (SQLException failure) {
      return false;
    }
  }

  /** Says goodbye to the server and closes the socket. */
  void quit() {
    try {
      jdbc.close();
    } catch (SQLException failure) {
      Logs.closeFailed(failure);
    }
  }

  /** Cuts the socket, whatever happens on it. */
  void abort() {
    try {
      jdbc.abort(Runnable::run);
    } catch (SQLException failure) {
      Logs.closeFailed(failure);
    }
  }

  /** Makes it read-only for one borrow. */
  void makeReadOnly() throws SQLException {
    remember(Setting.READ_ONLY);
    jdbc.setReadOnly(true);
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
      return true;
    }
    if (own.isClosed()) {
      return false;
    }
    if (own.getTransactionState() != TransactionState.IDLE) {
      rollBack(own);
    }
    if (!changed.isEmpty()) {
      restore();
    }
    own.clearWarnings();
    return !own.isClosed();
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

  private void restore() throws SQLException {
    for (Setting setting : changed) {
      setting.restore(jdbc, before.get(setting));
    }
    changed.clear();
  }
}
