package dev.weir.pool.lease;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** What the server says of itself, within one borrow. */
abstract class LeasedMetaData extends Leased implements DatabaseMetaData {

  private final LeasedConnection lease;
  private final DatabaseMetaData behind;

  LeasedMetaData(LeasedConnection lease, DatabaseMetaData behind) {
    this.lease = lease;
    this.behind = behind;
  }

  @Override
  final LeasedConnection lease() {
    return lease;
  }

  @Override
  final DatabaseMetaData live() throws SQLException {
    lease.checkOpen();
    return behind;
  }

  @Override
  public final Connection getConnection() throws SQLException {
    live();
    return lease;
  }

  @Override
  public final String toString() {
    return "metadata of " + lease;
  }
}
