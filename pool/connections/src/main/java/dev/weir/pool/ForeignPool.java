package dev.weir.pool;

import dev.weir.pool.line.Watchdog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source that somebody else owns: Weir admits callers to it but cannot see its sockets, so
 * it takes as many as there are sessions. It is not closed here.
 */
final class ForeignPool implements PhysicalPool {

  private final DataSource source;
  private final Watchdog watchdog;
  private final IntSupplier inUse;

  ForeignPool(DataSource source, Watchdog watchdog, IntSupplier inUse) {
    this.source = source;
    this.watchdog = watchdog;
    this.inUse = inUse;
  }

  @Override
  public PhysicalConnection borrow(ServerGuards guards) throws SQLException {
    return PhysicalConnection.foreign(source.getConnection(), watchdog);
  }

  @Override
  public void giveBack(PhysicalConnection connection) throws SQLException {
    connection.jdbc().close();
  }

  @Override
  public void discard(PhysicalConnection connection) throws SQLException {
    Connection theirs = connection.jdbc();
    try {
      theirs.abort(Runnable::run);
    } finally {
      theirs.close();
    }
  }

  @Override
  public @Nullable SQLException lastConnectFailure() {
    return null;
  }

  @Override
  public int connections() {
    return inUse.getAsInt();
  }

  @Override
  public int idle() {
    return 0;
  }

  @Override
  public void close() {
    // The owner closes it.
  }
}
