package dev.weir.pool.lease;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A prepared statement of one borrow. */
abstract class LeasedPreparedStatement extends LeasedStatement implements PreparedStatement {

  private final PreparedStatement behind;

  LeasedPreparedStatement(LeasedConnection lease, PreparedStatement behind) {
    super(lease, behind);
    this.behind = behind;
  }

  @Override
  PreparedStatement live() throws SQLException {
    lease().checkOpen();
    return behind;
  }

  /** Before a single execution. */
  final void sample() throws SQLException {
    lease().sample(behind);
  }
}
