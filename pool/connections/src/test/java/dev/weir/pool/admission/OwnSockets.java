package dev.weir.pool.admission;

import dev.weir.config.LaneConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.gate.Gate;
import dev.weir.gate.LaneSettings;
import dev.weir.pool.Access;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.pool.socket.PostgresSource;
import dev.weir.pool.socket.ServerGuards;
import dev.weir.tasks.SystemTasks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The plainest pool of Weir's own sockets, so that wrappers are seen without another in between.
 */
public final class OwnSockets implements PhysicalPool {

  private static final Quiet QUIET = new Quiet();

  private final SystemTasks system = SystemTasks.open();
  private final Watchdog watchdog;
  private final PostgresSource source;
  private final ConcurrentLinkedDeque<PhysicalConnection> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger open = new AtomicInteger();
  private final Gate gate;
  private final Admission admission;

  public OwnSockets(PostgresConfig config) {
    this.watchdog = Watchdog.open(system);
    this.source = new PostgresSource(config, QUIET, watchdog);
    this.gate = Gate.open("test", 50, List.of(LaneSettings.named(Access.DEFAULT_LANE)));
    this.admission =
        new Admission(
            PoolLane.of(gate, this, Map.of(Access.DEFAULT_LANE, LaneConfig.open())),
            new Admission.Rules(Duration.ofSeconds(20), false),
            QUIET);
  }

  /** A borrow in the default lane. */
  public Connection lend() throws SQLException {
    return admission.borrow(admission.lane(Access.DEFAULT_LANE), false);
  }

  public Connection lendReadOnly() throws SQLException {
    return admission.borrow(admission.lane(Access.DEFAULT_LANE), true);
  }

  public int inUse() {
    return gate.snapshot().inUse();
  }

  @Override
  public PhysicalConnection borrow(ServerGuards guards) throws SQLException {
    PhysicalConnection kept = idle.pollFirst();
    if (kept != null) {
      return kept;
    }
    PhysicalConnection fresh = source.connect();
    open.incrementAndGet();
    return fresh;
  }

  @Override
  public void giveBack(PhysicalConnection connection) {
    idle.addFirst(connection);
  }

  @Override
  public void discard(PhysicalConnection connection) throws SQLException {
    open.decrementAndGet();
    connection.jdbc().close();
  }

  @Override
  public @Nullable SQLException lastConnectFailure() {
    return source.lastFailure();
  }

  @Override
  public int connections() {
    return open.get();
  }

  @Override
  public int idle() {
    return idle.size();
  }

  @Override
  public void close() {
    for (PhysicalConnection each : idle) {
      try {
        each.jdbc().close();
      } catch (SQLException broken) {
        throw new AssertionError(broken);
      }
    }
    watchdog.close();
    system.close();
  }
}
