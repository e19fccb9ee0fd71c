package dev.weir.pool.lease;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A statement of one borrow. Its query timeout is kept here and never reaches the driver, whose
 * timer all connections of a JVM would share. Closed with its connection at the latest.
 */
abstract class LeasedStatement extends Leased implements Statement {

  /** Neighbours in the list of those still open; guarded by the lease. */
  @Nullable LeasedStatement older;

  @Nullable LeasedStatement newer;

  boolean tracked;

  private final LeasedConnection lease;
  private final Statement behind;
  private int timeoutSeconds;
  private @Nullable LeasedResultSet latest;

  LeasedStatement(LeasedConnection lease, Statement behind) {
    this.lease = lease;
    this.behind = behind;
    this.timeoutSeconds = lease.queryTimeout();
  }

  @Override
  final LeasedConnection lease() {
    return lease;
  }

  @Override
  Statement live() throws SQLException {
    lease.checkOpen();
    return behind;
  }

  final Statement behind() {
    return behind;
  }

  @Override
  final int timeoutSeconds() {
    return timeoutSeconds;
  }

  @Override
  public final int getQueryTimeout() throws SQLException {
    live();
    return timeoutSeconds;
  }

  @Override
  public final void setQueryTimeout(int seconds) throws SQLException {
    live();
    if (seconds < 0) {
      throw new SQLException(
          "The query timeout is " + seconds + " s; it must be 0 (none) or more.", "22023");
    }
    timeoutSeconds = seconds;
  }

  @Override
  public final Connection getConnection() throws SQLException {
    live();
    return lease;
  }

  @Override
  final @Nullable ResultSet rows(@Nullable ResultSet rows) throws SQLException {
    if (rows == null) {
      return null;
    }
    LeasedResultSet known = latest;
    if (known == null || !known.behind().equals(rows)) {
      known = LeasedResultSet.of(lease, this, rows);
      latest = known;
    }
    return known;
  }

  /** As JDBC has it, the one call that another thread may make. */
  @Override
  public final void cancel() throws SQLException {
    if (lease.isOver()) {
      live();
    }
    behind.cancel();
  }

  @Override
  public final void close() throws SQLException {
    if (lease.forget(this)) {
      behind.close();
    }
  }

  @Override
  public final boolean isClosed() throws SQLException {
    return lease.isOver() || behind.isClosed();
  }

  @Override
  public final String toString() {
    return "statement of " + lease + ": " + behind;
  }
}
