package dev.weir.pool;

import dev.weir.config.PostgresConfig;
import dev.weir.gate.Gate;
import dev.weir.pool.line.Watchdog;
import dev.weir.tasks.SystemTasks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The plainest pool of Weir's own sockets, so that wrappers are seen without another in between.
 */
final class OwnSockets implements PhysicalPool {

  private final SystemTasks system = SystemTasks.open();
  private final Watchdog watchdog;
  private final PostgresSource source;
  private final ConcurrentLinkedDeque<PhysicalConnection> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger open = new AtomicInteger();
  private final Gate gate;
  private final Admission admission;

  OwnSockets(PostgresConfig config) {
    this.watchdog = Watchdog.open(system);
    this.source = new PostgresSource(config, new PoolListener() {}, watchdog);
    var settings =
        new ConnectionSettings(
            config,
            new dev.weir.config.PoolConfig(0, 50, Duration.ofSeconds(20)),
            Pools.LANES,
            dev.weir.config.RedisConfig.defaults(),
            null);
    this.gate = Gate.open("test", 50, settings.laneSettings());
    this.admission = new Admission(gate, this, settings, new SafePoolListener(List.of()));
  }

  /** A borrow in the default lane. */
  Connection lend() throws SQLException {
    return admission.borrow(admission.lane(Access.DEFAULT_LANE), false);
  }

  Connection lendReadOnly() throws SQLException {
    return admission.borrow(admission.lane(Access.DEFAULT_LANE), true);
  }

  int inUse() {
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
