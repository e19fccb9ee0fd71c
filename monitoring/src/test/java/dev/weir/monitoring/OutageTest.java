package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.HealthConfig;
import dev.weir.config.HealthConfig.Endpoint;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
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

  private static int status(HealthEndpoint endpoint, String path) {
    try {
      var connection = (HttpURLConnection) endpoint.uri().resolve(path).toURL().openConnection();
      connection.setReadTimeout(20_000);
      return connection.getResponseCode();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void probe(HealthEndpoint usual, HealthEndpoint strict) {
    live.merge(status(usual, "/health/live"), 1, Integer::sum);
    live.merge(status(strict, "/health/live"), 1, Integer::sum);
    readyByDefault.merge(status(usual, "/health/ready"), 1, Integer::sum);
  }

  @Test
  void costs_readiness_only_where_that_was_asked_for_and_liveness_never() {
    try (PostgresServer server = PostgresServer.start();
        House house = House.open(House.config(server));
        HealthRegistry byDefault = house.watch(QUICK);
        HealthRegistry asked = house.watch(QUICK.readiness(List.of("database")));
        HealthEndpoint usual = endpoint(house, byDefault);
        HealthEndpoint strict = endpoint(house, asked)) {
      Await.until(PATIENCE, "it to be ready", () -> status(strict, "/health/ready") == 200);
      assertThat(status(usual, "/health/started")).isEqualTo(200);

      server.kill();
      Await.until(
          PATIENCE,
          "it not to be ready",
          () -> {
            probe(usual, strict);
            return status(strict, "/health/ready") == 503;
          });
      var since = asked.report().checkedAt();
      Await.until(
          PATIENCE,
          "many intervals without the database",
          () -> {
            probe(usual, strict);
            assertThat(status(strict, "/health/ready")).isEqualTo(503);
            return asked.report().checkedAt().isAfter(since.plus(OFTEN.multipliedBy(INTERVALS)));
          });
      assertThat(status(strict, "/health/started")).as("for good").isEqualTo(200);

      server.restart();
      Await.until(PATIENCE, "it to be ready", () -> status(strict, "/health/ready") == 200);
      assertThat(live).containsOnlyKeys(200);
      assertThat(readyByDefault).containsOnlyKeys(200);
    }
  }

  private static HealthEndpoint endpoint(House house, HealthRegistry health) {
    return HealthEndpoint.open(Endpoint.none().port(0), house.system(), health, null);
  }
}
