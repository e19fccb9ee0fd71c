package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.HealthConfig;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.HealthChange;
import dev.weir.monitoring.HealthEndpoint;
import dev.weir.testkit.Await;
import dev.weir.testkit.HttpStatus;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RealServers
@Timeout(120)
class HealthProbesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static WeirConfig served(TestDatabase database) {
    WeirConfig config = Houses.config(database);
    HealthConfig health = config.health();
    return config.health(health.readiness(List.of("database")).endpoint(health.endpoint().port(0)));
  }

  @Test
  void there_is_no_endpoint_unless_asked_for(TestDatabase database) {
    try (Weir weir = Weir.start(Houses.config(database))) {
      assertThat(weir.healthEndpoint()).isEmpty();
      assertThat(weir.describe()).doesNotContain("served at");
    }
  }

  @Test
  void while_it_stops_it_is_alive_and_not_ready_and_then_the_port_is_free(TestDatabase database)
      throws IOException {
    var release = new CountDownLatch(1);
    HealthEndpoint endpoint;
    try (Weir weir = Weir.start(served(database))) {
      endpoint = weir.healthEndpoint().orElseThrow();
      Await.until(
          PATIENCE, "it to be ready", () -> HttpStatus.of(endpoint.uri(), "/health/ready") == 200);
      assertThat(HttpStatus.of(endpoint.uri(), "/health/started")).isEqualTo(200);
      assertThat(weir.describe()).contains("served at " + endpoint.uri());
      weir.tasks().run("slow", release::await);
      Thread closing = Thread.ofVirtual().start(weir::close);
      Await.until(
          PATIENCE,
          "it not to be ready",
          () -> HttpStatus.of(endpoint.uri(), "/health/ready") == 503);
      assertThat(HttpStatus.of(endpoint.uri(), "/health/live")).isEqualTo(200);
      assertThat(closing.isAlive()).as("the stop waits for the task").isTrue();
      release.countDown();
    }
    assertThatThrownBy(() -> HttpStatus.of(endpoint.uri(), "/health/live"))
        .hasRootCauseInstanceOf(java.net.ConnectException.class);
    try (var again = new ServerSocket(endpoint.port(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(again.isBound()).isTrue();
    }
    ThreadCensus.awaitNoneOfOurs();
  }

  @Test
  void while_it_drains_it_is_alive_and_not_ready(TestDatabase database) {
    try (Weir weir = Weir.start(served(database))) {
      HealthEndpoint endpoint = weir.healthEndpoint().orElseThrow();
      Await.until(
          PATIENCE, "it to be ready", () -> HttpStatus.of(endpoint.uri(), "/health/ready") == 200);
      weir.drain(Duration.ofSeconds(1));
      assertThat(HttpStatus.of(endpoint.uri(), "/health/ready")).isEqualTo(503);
      assertThat(HttpStatus.of(endpoint.uri(), "/health/live")).isEqualTo(200);
      assertThat(weir.health().report().refusal()).isEqualTo("the service drains");
    }
  }

  @Test
  void listeners_to_changes_are_told(TestDatabase database) {
    var changes = new CopyOnWriteArrayList<HealthChange>();
    try (Weir _ =
        Weir.builder().config(Houses.config(database)).healthListener(changes::add).start()) {
      Await.until(
          PATIENCE,
          "the first of the database",
          () -> changes.stream().anyMatch(it -> it.monitor().equals("database")));
    }
  }

  @Test
  void a_port_that_is_taken_fails_the_start_and_closes_what_was_open(TestDatabase database)
      throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      WeirConfig config = served(database);
      HealthConfig health = config.health();
      WeirConfig clash =
          config.health(health.endpoint(health.endpoint().port(taken.getLocalPort())));
      assertThatThrownBy(() -> Weir.start(clash))
          .hasMessageContaining("health.endpoint.port")
          .satisfies(
              failure ->
                  assertThat(failure.getSuppressed()[0])
                      .hasMessageContaining("'health endpoint' failed. Closed again")
                      .hasMessageContaining("health, connections"));
    }
    ThreadCensus.awaitNoneOfOurs();
  }
}
