package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ConfigLoader;
import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.HealthEndpoint;
import dev.weir.monitoring.MonitorReport;
import dev.weir.pool.PoolState;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.HttpStatus;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trouble that lasts, as orchestrators see it: {@code weir.trouble.seconds} of it, 3 or 60. */
@RealServers
@Tag("faults")
@Timeout(240)
class LastingTroubleTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TROUBLE =
      Duration.ofSeconds(Integer.getInteger("weir.trouble.seconds", 3));
  private static final long LOOK_MS = 100;

  private static ConfigLoader settings(String url, String user, String password) {
    return ConfigLoader.empty()
        .set("postgres.url", url)
        .set("postgres.user", user)
        .set("postgres.password", password)
        .set("postgres.connect-timeout", "2s")
        .set("pool.min", "4")
        .set("pool.max", "4")
        .set("pool.wait", "4m")
        .set("health.interval", "2s")
        .set("health.timeout", "2s")
        .set("health.readiness", "database")
        .set("health.endpoint.port", "0")
        .set("shutdown.budget", "10s")
        .set("shutdown.hook", "false");
  }

  /** Looks again and again while the trouble lasts. */
  private static void meanwhile(Runnable look) throws InterruptedException {
    long end = System.nanoTime() + TROUBLE.toNanos();
    while (System.nanoTime() - end < 0) {
      look.run();
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    }
  }

  @Test
  void a_database_that_is_stopped_leaves_the_service_alive_and_not_ready() throws Exception {
    Map<String, Integer> seen = new TreeMap<>();
    try (PostgresServer server = PostgresServer.start();
        Weir weir =
            Weir.start(
                settings(server.jdbcUrl("postgres"), server.user(), server.password()).load())) {
      HealthEndpoint endpoint = weir.healthEndpoint().orElseThrow();
      Await.until(
          PATIENCE, "it to be ready", () -> HttpStatus.of(endpoint.uri(), "/health/ready") == 200);
      server.kill();
      Await.until(
          PATIENCE,
          "it not to be ready",
          () -> HttpStatus.of(endpoint.uri(), "/health/ready") == 503);
      meanwhile(
          () -> {
            for (String path : List.of("live", "ready", "started")) {
              seen.merge(
                  path + " " + HttpStatus.of(endpoint.uri(), "/health/" + path), 1, Integer::sum);
            }
          });
      server.restart();
      Await.until(
          PATIENCE, "it to be ready", () -> HttpStatus.of(endpoint.uri(), "/health/ready") == 200);
    }
    FaultLog.note("database stopped for %d s".formatted(TROUBLE.toSeconds()), "answers %s", seen);
    assertThat(seen).containsOnlyKeys("live 200", "ready 503", "started 200");
  }

  @Test
  void a_pool_that_is_saturated_is_degraded_and_its_database_up(TestDatabase database)
      throws Exception {
    List<Long> took = new ArrayList<>();
    var release = new CountDownLatch(1);
    try (Weir weir =
            Weir.start(settings(database.jdbcUrl(), database.user(), database.password()).load());
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i < 20; i++) {
          var _ = callers.submit(() -> weir.connections().withSession(_ -> isLetGo(release)));
        }
        Await.until(
            PATIENCE,
            "the pool to be exhausted",
            () -> weir.connections().snapshot().state() == PoolState.EXHAUSTED);
        Await.until(PATIENCE, "it to be seen", () -> degraded(weir));
        meanwhile(
            () -> {
              MonitorReport part = weir.health().report().monitor("database").orElseThrow();
              assertThat(part.health().status()).isEqualTo(Status.UP);
              assertThat(degraded(weir)).isTrue();
              took.add(part.duration().toNanos());
            });
      } finally {
        release.countDown(); // a failure would wait for those who hold, too
      }
      Await.until(PATIENCE, "the pool to be well", () -> !degraded(weir));
    }
    Collections.sort(took);
    FaultLog.note(
        "pool saturated for %d s".formatted(TROUBLE.toSeconds()),
        "database up and pool degraded at each of %d looks, its check took %.1f ms in the middle,"
            + " %.1f ms at most",
        took.size(),
        took.get(took.size() / 2) / 1e6,
        took.getLast() / 1e6);
  }

  private static boolean isLetGo(CountDownLatch release) throws InterruptedException {
    return release.await(4, TimeUnit.MINUTES);
  }

  private static boolean degraded(Weir weir) {
    return weir.health().report().monitor("pool").orElseThrow().health().status()
        == Status.DEGRADED;
  }
}
