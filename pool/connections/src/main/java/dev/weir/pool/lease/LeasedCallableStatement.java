package dev.weir.pool.lease;

import java.sql.CallableStatement;
import java.sql.SQLException;

/** A callable statement of one borrow. */
abstract class LeasedCallableStatement extends LeasedPreparedStatement
    implements CallableStatement {

  private final CallableStatement behind;

  LeasedCallableStatement(LeasedConnection lease, CallableStatement behind) {
    super(lease, behind);
    this.behind = behind;
  }

  @Override
  CallableStatement live() throws SQLException {
    lease().checkOpen();
    return behind;
  }
}
