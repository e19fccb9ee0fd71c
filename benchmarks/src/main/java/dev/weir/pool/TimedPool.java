package dev.weir.pool;

import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.pool.socket.ServerGuards;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Another pool, whose {@code borrow} is timed.
 *
 * @param pool the other
 * @param times where the times go
 */
record TimedPool(PhysicalPool pool, BorrowTimes times) implements PhysicalPool {

  @Override
  public @Nullable PhysicalConnection borrow(ServerGuards guards) throws SQLException {
    long start = System.nanoTime();
    try {
      return pool.borrow(guards);
    } finally {
      times.add(System.nanoTime() - start);
    }
  }

  @Override
  public void giveBack(PhysicalConnection connection) throws SQLException {
    pool.giveBack(connection);
  }

  @Override
  public void discard(PhysicalConnection connection) throws SQLException {
    pool.discard(connection);
  }

  @Override
  public void demanded() {
    pool.demanded();
  }

  @Override
  public @Nullable SQLException lastConnectFailure() {
    return pool.lastConnectFailure();
  }

  @Override
  public int connections() {
    return pool.connections();
  }

  @Override
  public int idle() {
    return pool.idle();
  }

  @Override
  public void close() {
    pool.close();
  }
}
