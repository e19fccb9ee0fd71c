package dev.weir.pool;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.gate.Deadline;
import dev.weir.testkit.Await;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A service in a JVM of its own, whose callers work on while it is stopped and continued; says what
 * came of it when its input ends.
 */
final class FrozenService {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SOCKETS = 6;

  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicLong least = new AtomicLong(Long.MAX_VALUE);

  /** Where the server is, and who logs in. */
  public static void main(String[] arguments) throws Exception {
    var postgres =
        PostgresConfig.defaults()
            .url(arguments[0])
            .user(arguments[1])
            .password(Secret.of(arguments[2]));
    var settings =
        new ConnectionSettings(
            postgres,
            new PoolConfig(SOCKETS, SOCKETS, PATIENCE),
            Pools.LANES,
            RedisConfig.defaults(),
            null);
    new FrozenService().run(settings);
  }

  private void run(ConnectionSettings settings) throws IOException {
    var logins = new Logins();
    try (var pools = Pools.open(settings, logins);
        var load = Load.begin(pools, 40, c -> Pools.run(c, "select pg_sleep(0.003)"))) {
      Await.until(PATIENCE, "it is under way", () -> load.done() > 100);
      Thread brief = Thread.ofVirtual().start(() -> untilDeadline(pools));
      System.out.println("ready");
      while (System.in.read() >= 0) {
        // until the end of the input
      }
      int before = load.done();
      Await.until(PATIENCE, "it goes on", () -> load.done() > before + 100);
      Await.until(PATIENCE, "the long call has ended", () -> !brief.isAlive());
      PoolSnapshot now = pools.manager().snapshot();
      System.out.printf(
          "failed=%d lost=%d logins=%d connections=%d deadline=%dms%n",
          load.failures().size(),
          now.wear().lost(),
          logins.tries(),
          now.connections(),
          least.get() / 1_000_000);
    }
  }

  /** A call that is in the middle of its deadline when the JVM is stopped. */
  private void untilDeadline(Pools pools) {
    long start = System.nanoTime();
    try {
      Deadline.useWithin(
          Duration.ofSeconds(2),
          () -> pools.manager().useSession(c -> Pools.run(c, "select pg_sleep(50)")));
    } catch (SQLException | RuntimeException end) {
      least.set(System.nanoTime() - start);
      ended.incrementAndGet();
    }
  }
}
