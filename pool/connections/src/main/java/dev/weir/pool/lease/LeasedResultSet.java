package dev.weir.pool.lease;

import dev.weir.pool.line.CallKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Rows of one borrow; only those that come in portions wait for the server in {@code next}. */
abstract class LeasedResultSet extends Leased implements ResultSet {

  private final LeasedConnection lease;
  private final ResultSet behind;
  private final boolean fetches;
  private @Nullable LeasedStatement statement;

  LeasedResultSet(
      LeasedConnection lease,
      @Nullable LeasedStatement statement,
      ResultSet behind,
      boolean fetches) {
    this.lease = lease;
    this.statement = statement;
    this.behind = behind;
    this.fetches = fetches;
  }

  static LeasedResultSet of(
      LeasedConnection lease, @Nullable LeasedStatement statement, ResultSet rows)
      throws SQLException {
    return Wrapping.OF.rows(lease, statement, rows, rows.getFetchSize() > 0);
  }

  @Override
  final LeasedConnection lease() {
    return lease;
  }

  @Override
  final ResultSet live() throws SQLException {
    lease.checkOpen();
    return behind;
  }

  final ResultSet behind() {
    return behind;
  }

  @Override
  final int timeoutSeconds() {
    LeasedStatement from = statement;
    return from == null ? 0 : from.timeoutSeconds();
  }

  @Override
  public final boolean next() throws SQLException {
    return fetches ? fetch() : live().next();
  }

  private boolean fetch() throws SQLException {
    begin(CallKind.STATEMENT);
    boolean more;
    try {
      more = behind.next();
    } catch (SQLException | RuntimeException failure) {
      throw lease.failure(failure);
    }
    done();
    return more;
  }

  /** The statement that was asked; one of the driver's own, behind metadata, is wrapped now. */
  @Override
  public final @Nullable Statement getStatement() throws SQLException {
    Statement own = live().getStatement();
    if (statement == null && own != null) {
      statement = Wrapping.OF.statement(lease, own);
    }
    return statement;
  }

  @Override
  public final void close() throws SQLException {
    if (!lease.isOver()) {
      behind.close();
    }
  }

  @Override
  public final boolean isClosed() throws SQLException {
    return lease.isOver() || behind.isClosed();
  }

  @Override
  public final String toString() {
    return "rows of " + lease;
  }
}
