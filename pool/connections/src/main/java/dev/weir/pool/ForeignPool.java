package dev.weir.pool;

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
  private final IntSupplier inUse;

  ForeignPool(DataSource source, IntSupplier inUse) {
    this.source = source;
    this.inUse = inUse;
  }

  @Override
  public Connection borrow() throws SQLException {
    return source.getConnection();
  }

  @Override
  public void discard(Connection connection) throws SQLException {
    try {
      connection.abort(Runnable::run);
    } finally {
      connection.close();
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
