package dev.weir.pool;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.PostgresServer;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Ten thousand virtual threads on a pool that has one connection: how long a caller is inside
 * {@link PhysicalPool#borrow}, where nobody may wait for anybody, and how soon all connections are
 * there; Weir's own sockets and HikariCP in the same place, in turn.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar dev.weir.pool.ColdStart [threads] [size]
 * [rounds]}
 */
public final class ColdStart {

  private static final Duration HOLD = Duration.ofMillis(1);
  private static final int CALLS = 3;

  private final int threads;
  private final int size;
  private final PrintStream out;

  private ColdStart(int threads, int size, PrintStream out) {
    this.threads = threads;
    this.size = size;
    this.out = out;
  }

  /** Runs it; arguments: threads, size of the pool, rounds. */
  public static void main(String[] arguments) throws Exception {
    int threads = number(arguments, 0, 10_000);
    int size = number(arguments, 1, 32);
    var run = new ColdStart(threads, size, System.out);
    String room = String.valueOf(2 * size + 20);
    try (PostgresServer server =
        PostgresServer.builder().setting("max_connections", room).start()) {
      System.out.printf(
          "%,d virtual threads, %d calls each of SELECT 1 and %d ms parked, pool of %d with 1 open%n",
          threads, CALLS, HOLD.toMillis(), size);
      for (int round = 1; round <= number(arguments, 2, 3); round++) {
        run.once(server, false);
        run.once(server, true);
      }
    }
  }

  private static int number(String[] arguments, int index, int otherwise) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
  }

  private void once(PostgresServer server, boolean rival) throws InterruptedException {
    var settings =
        new ConnectionSettings(
            PostgresConfig.defaults()
                .url(server.jdbcUrl("postgres"))
                .user(server.user())
                .password(Secret.of(server.password())),
            new PoolConfig(0, size, Duration.ofMinutes(1)),
            Map.of("interactive", LaneConfig.open()),
            RedisConfig.defaults(),
            null);
    try (var system = SystemTasks.open();
        var watchdog = Watchdog.open(system)) {
      Node.Backing inner =
          rival
              ? HikariPhysicalPool.backing(server, size, watchdog)
              : Node.sockets(settings, system);
      var times = new BorrowTimes();
      try (var manager =
          UnifiedConnectionManager.open(
              settings,
              system,
              List.of(),
              (gate, source) -> new TimedPool(inner.behind(gate, source), times))) {
        run(manager, times, rival ? "HikariCP" : "own sockets");
      }
    }
  }

  private void run(UnifiedConnectionManager manager, BorrowTimes times, String name)
      throws InterruptedException {
    var done = new CountDownLatch(threads);
    var failed = new AtomicInteger();
    long start = System.nanoTime();
    for (int i = 0; i < threads; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                calls(manager, failed);
                done.countDown();
              });
    }
    long full = 0;
    while (done.getCount() > 0) {
      if (full == 0 && manager.snapshot().connections() == size) {
        full = System.nanoTime() - start;
      }
      Thread.sleep(1);
    }
    Histogram inside = times.inside();
    out.printf(
        Locale.ROOT,
        "%-12s inside borrow: p50 %.1f us, p99 %.1f us, p99.9 %.1f us, longest %.1f us; all %d"
            + " connections after %.0f ms; %d calls, %d failed, %.0f ms%n",
        name,
        inside.getValueAtPercentile(50) / 1e3,
        inside.getValueAtPercentile(99) / 1e3,
        inside.getValueAtPercentile(99.9) / 1e3,
        times.longest().get() / 1e3,
        size,
        full / 1e6,
        inside.getTotalCount(),
        failed.get(),
        (System.nanoTime() - start) / 1e6);
  }

  private static void calls(UnifiedConnectionManager manager, AtomicInteger failed) {
    for (int i = 0; i < CALLS; i++) {
      try {
        manager.useSession(
            c -> {
              try (var statement = c.prepareStatement("SELECT 1")) {
                statement.execute();
              }
              LockSupport.parkNanos(HOLD.toNanos());
            });
      } catch (SQLException | RuntimeException failure) {
        failed.incrementAndGet();
      }
    }
  }
}
