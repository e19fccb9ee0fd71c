package dev.weir.pool.lease;

import dev.weir.gate.Lane;
import dev.weir.pool.socket.PhysicalConnection;
import java.sql.CallableStatement;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Makes the wrappers; completed, as they are, by {@link Delegation}. */
abstract class Wrapping {

  /** The one there is. */
  static final Wrapping OF = Delegation.wrapping();

  abstract LeasedConnection connection(
      PhysicalConnection physical, Lender lender, Lane lane, long start);

  abstract SessionConnection view(LeasedConnection borrow, Tenant tenant, Remark remark);

  abstract LeasedStatement statement(LeasedConnection lease, Statement behind);

  abstract LeasedPreparedStatement prepared(LeasedConnection lease, PreparedStatement behind);

  abstract LeasedCallableStatement callable(LeasedConnection lease, CallableStatement behind);

  abstract LeasedMetaData metaData(LeasedConnection lease, DatabaseMetaData behind);

  abstract LeasedResultSet rows(
      LeasedConnection lease,
      @Nullable LeasedStatement statement,
      ResultSet behind,
      boolean fetches);
}
