package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.HealthConfig;
import dev.weir.config.HealthConfig.Endpoint;
import dev.weir.testkit.Await;
import dev.weir.testkit.HttpStatus;
import dev.weir.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database that is away for many intervals, seen by the probes of an orchestrator. */
@Timeout(180)
class OutageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration OFTEN = Duration.ofMillis(100);
  private static final HealthConfig QUICK = new HealthConfig(OFTEN, OFTEN);
  private static final int INTERVALS = 30;

  private final Map<Integer, Integer> live = new TreeMap<>();
  private final Map<Integer, Integer> readyByDefault = new TreeMap<>();

  private void probe(HealthEndpoint usual, HealthEndpoint strict) {
    live.merge(HttpStatus.of(usual.uri(), "/health/live"), 1, Integer::sum);
    live.merge(HttpStatus.of(strict.uri(), "/health/live"), 1, Integer::sum);
    readyByDefault.merge(HttpStatus.of(usual.uri(), "/health/ready"), 1, Integer::sum);
  }

  @Test
  void costs_readiness_only_where_that_was_asked_for_and_liveness_never() {
    try (PostgresServer server = PostgresServer.start();
        House house = House.open(House.config(server));
        HealthRegistry byDefault = house.watch(QUICK);
        HealthRegistry asked = house.watch(QUICK.readiness(List.of("database")));
        HealthEndpoint usual = endpoint(house, byDefault);
        HealthEndpoint strict = endpoint(house, asked)) {
      Await.until(
          PATIENCE, "it to be ready", () -> HttpStatus.of(strict.uri(), "/health/ready") == 200);
      assertThat(HttpStatus.of(usual.uri(), "/health/started")).isEqualTo(200);

      server.kill();
      Await.until(
          PATIENCE,
          "it not to be ready",
          () -> {
            probe(usual, strict);
            return HttpStatus.of(strict.uri(), "/health/ready") == 503;
          });
      var since = asked.report().checkedAt();
      Await.until(
          PATIENCE,
          "many intervals without the database",
          () -> {
            probe(usual, strict);
            assertThat(HttpStatus.of(strict.uri(), "/health/ready")).isEqualTo(503);
            return asked.report().checkedAt().isAfter(since.plus(OFTEN.multipliedBy(INTERVALS)));
          });
      assertThat(HttpStatus.of(strict.uri(), "/health/started")).as("for good").isEqualTo(200);

      server.restart();
      Await.until(
          PATIENCE, "it to be ready", () -> HttpStatus.of(strict.uri(), "/health/ready") == 200);
      assertThat(live).containsOnlyKeys(200);
      assertThat(readyByDefault).containsOnlyKeys(200);
    }
  }

  private static HealthEndpoint endpoint(House house, HealthRegistry health) {
    return HealthEndpoint.open(Endpoint.none().port(0), house.system(), health, null);
  }
}
