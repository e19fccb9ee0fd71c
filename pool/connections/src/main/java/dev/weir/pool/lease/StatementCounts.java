package dev.weir.pool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.jdbc.PreferQueryMode;

/** How the prepared statements of timed borrows were run. Safe for use by many threads. */
public final class StatementCounts {

  private final LongAdder executions = new LongAdder();
  private final LongAdder serverPrepared = new LongAdder();

  /** Before an execution; after it, the driver would speak of the next one. */
  void count(PGStatement statement, Connection of) throws SQLException {
    executions.increment();
    // In simple mode the driver says yes, and sends the text all the same.
    if (statement.isUseServerPrepare()
        && of.unwrap(PGConnection.class).getPreferQueryMode() != PreferQueryMode.SIMPLE) {
      serverPrepared.increment();
    }
  }

  /** Executions seen. */
  public long executions() {
    return executions.sum();
  }

  /** Those of them that the server had been told to keep, or was told to by this execution. */
  public long serverPrepared() {
    return serverPrepared.sum();
  }
}
