package dev.weir.pool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * What is known of the statements that a node's sockets have prepared: how those of timed borrows
 * were run, and whether a table has changed under them. Safe for use by many threads.
 */
public final class Statements {

  private final AtomicInteger changes = new AtomicInteger();
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

  /** After a call that failed: a table that was changed for one socket is so for all. */
  public void sawFailure(Throwable failure) {
    if (StalePlan.isChanged(failure)) {
      changes.incrementAndGet();
    }
  }

  /** How often a change of a table was met; what was prepared before may no longer fit. */
  public int changes() {
    return changes.get();
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
