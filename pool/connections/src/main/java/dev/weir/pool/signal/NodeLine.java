package dev.weir.pool.signal;

import dev.weir.gate.Deadline;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.pool.socket.PhysicalPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Signals over one node: the connection that listens is one of the pool's, kept for long; what is
 * said goes over any.
 */
public final class NodeLine implements SignalHub.Node {

  /** Words that cannot be said in this time are tried again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Admission admission;
  private final PhysicalPool physical;
  private final PoolLane lane;
  private final Consumer<Runnable> afterCommit;
  private final Map<Connection, PhysicalConnection> kept = new ConcurrentHashMap<>();

  /**
   * A line to that node.
   *
   * @param admission the way to its connections
   * @param physical where they end
   * @param lane in which to ask for one
   * @param afterCommit runs what it is given after the transaction that the thread is in, or at
   *     once
   */
  public NodeLine(
      Admission admission, PhysicalPool physical, PoolLane lane, Consumer<Runnable> afterCommit) {
    this.admission = admission;
    this.physical = physical;
    this.lane = lane;
    this.afterCommit = afterCommit;
  }

  @Override
  public Connection open() throws SQLException {
    PhysicalConnection own = Deadline.within(PATIENCE, () -> admission.dedicate(lane));
    Connection connection = own.jdbc();
    kept.put(connection, own);
    return connection;
  }

  @Override
  public void close(Connection connection) {
    PhysicalConnection own = kept.remove(connection);
    if (own != null) {
      physical.retire(own);
    }
  }

  @Override
  public void speak(SignalHub.Statements work) throws SQLException {
    Deadline.within(
        PATIENCE,
        () -> {
          try (Connection connection = admission.borrow(lane, false)) {
            work.on(connection);
            return true;
          }
        });
  }

  @Override
  public void afterCommit(Runnable action) {
    afterCommit.accept(action);
  }
}
