package dev.weir.pool.socket;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.LaneSettings;
import dev.weir.pool.Pools;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.admission.Quiet;
import dev.weir.pool.line.Watchdog;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A pool of real sockets that grow old as fast as a test likes. Chance gives way: lifetimes are as
 * long and pauses as short as they may be.
 */
final class AgingPool implements AutoCloseable {

  static final Lifetimes LIFETIMES =
      new Lifetimes(Duration.ofSeconds(60), Duration.ofSeconds(300), Duration.ofSeconds(20));

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String LANE = "interactive";

  private final SettableTime time = SettableTime.create();
  private final SystemTasks system =
      SystemTasks.open(List.of(), time.scheduler(), time, time::nanos);
  private final Watchdog watchdog = Watchdog.open(system);
  private final AtomicInteger tries = new AtomicInteger();
  private final Gate gate;
  private final SocketPool pool;
  private final Admission admission;

  /** What a test does to a try to connect, before it is made. */
  @FunctionalInterface
  interface Fault {
    void strike(int attempt) throws SQLException;
  }

  AgingPool(PostgresConfig postgres, int min, int max) {
    this(postgres, min, max, _ -> {});
  }

  AgingPool(PostgresConfig postgres, int min, int max, Fault fault) {
    var opened = new AtomicReference<@Nullable SocketPool>();
    var source = new PostgresSource(postgres, new Quiet(), watchdog);
    this.gate =
        Gate.supplied("aging", max, List.of(LaneSettings.named(LANE)), () -> demanded(opened));
    var parts =
        new Filler.Parts(
            new Struck(source, fault), new PoolConfig(min, max, PATIENCE), PATIENCE, () -> 0);
    this.pool = new SocketPool(parts, LIFETIMES, gate, system);
    opened.set(pool);
    this.admission =
        new Admission(
            PoolLane.of(gate, pool, Map.of(LANE, LaneConfig.open())),
            new Admission.Rules(PATIENCE, false),
            new Quiet());
    pool.demanded();
    settle();
  }

  private static void demanded(AtomicReference<@Nullable SocketPool> opened) {
    SocketPool known = opened.get();
    if (known != null) {
      known.demanded();
    }
  }

  private final class Struck implements Connector {

    private final Connector real;
    private final Fault fault;

    Struck(Connector real, Fault fault) {
      this.real = real;
      this.fault = fault;
    }

    @Override
    public PhysicalConnection connect() throws SQLException {
      fault.strike(tries.incrementAndGet());
      return real.connect();
    }

    @Override
    public @Nullable SQLException lastFailure() {
      return real.lastFailure();
    }
  }

  SocketPool pool() {
    return pool;
  }

  Gate gate() {
    return gate;
  }

  /** How often it was tried to open a socket. */
  int tries() {
    return tries.get();
  }

  Connection lend() throws SQLException {
    return Deadline.in(Duration.ofSeconds(10))
        .call(() -> admission.borrow(admission.lane(LANE), false));
  }

  int backend() throws SQLException {
    try (Connection connection = lend()) {
      return Pools.one(connection, "select pg_backend_pid()");
    }
  }

  /** Time goes by, and what falls due in it is done to its end. */
  void age(Duration duration) {
    time.advance(duration);
    settle();
  }

  private void settle() {
    Await.until(
        PATIENCE, () -> "system tasks to end: " + system.tasks(), () -> system.tasks().isEmpty());
  }

  @Override
  public void close() {
    pool.close();
    watchdog.close();
    system.close();
  }
}
