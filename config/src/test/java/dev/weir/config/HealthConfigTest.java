package dev.weir.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.HealthConfig.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthConfigTest {
  @Test
  void has_these_defaults() {
    assertThat(HealthConfig.defaults())
        .isEqualTo(
            new HealthConfig(
                ofSeconds(10),
                ofSeconds(2),
                2,
                2,
                List.of(),
                false,
                new Endpoint(null, "127.0.0.1")));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.health.interval = 1m",
            "weir.health.timeout = 30s",
            "weir.health.fall = 3",
            "weir.health.rise = 1",
            "weir.health.readiness = database, pool",
            "weir.health.pinned = true",
            "weir.health.endpoint.port = 8081",
            "weir.health.endpoint.host = 0.0.0.0");

    assertThat(config.health())
        .isEqualTo(
            new HealthConfig(
                ofSeconds(60),
                ofSeconds(30),
                3,
                1,
                List.of("database", "pool"),
                true,
                new Endpoint(8081, "0.0.0.0")));
  }

  @Test
  void has_a_wither_for_each_component() {
    HealthConfig health = HealthConfig.defaults();

    assertThat(health.interval(ofSeconds(5)))
        .isEqualTo(new HealthConfig(ofSeconds(5), ofSeconds(2)));
    assertThat(health.timeout(ofSeconds(1)))
        .isEqualTo(new HealthConfig(ofSeconds(10), ofSeconds(1)));
    assertThat(health.fall(5).rise(6))
        .extracting(HealthConfig::fall, HealthConfig::rise)
        .containsExactly(5, 6);
    assertThat(health.readiness(List.of("pool")).readiness()).containsExactly("pool");
    assertThat(health.pinned(true).pinned()).isTrue();
    assertThat(health.endpoint(Endpoint.none().port(0).host("::1")).endpoint())
        .isEqualTo(new Endpoint(0, "::1"));
  }

  @Test
  void refuses_counts_and_ports_out_of_range() {
    assertThatThrownBy(() -> HealthConfig.defaults().fall(0))
        .hasMessageContaining("health.fall = 0 (code): must be 1 to 100");
    assertThatThrownBy(() -> HealthConfig.defaults().rise(101))
        .hasMessageContaining("health.rise = 101 (code): must be 1 to 100");
    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .set("health.endpoint.port", "65536")
                    .set("health.fall", "0")
                    .load())
        .hasMessageContaining("health.endpoint.port = 65536 (code): must be 0 to 65535")
        .hasMessageContaining("health.fall = 0 (code): must be 1 to 100");
    assertThatThrownBy(() -> new Endpoint(-1, " "))
        .hasMessageContaining("health.endpoint.port = -1 (code): must be 0 to 65535")
        .hasMessageContaining("health.endpoint.host");
  }

  @Test
  void is_refused_with_every_problem_at_once() {
    assertThatThrownBy(() -> new HealthConfig(Duration.ZERO, ofSeconds(3)))
        .hasMessage(
            """
            2 problems in the configuration:
              - health.interval = 0s (code): must be positive, such as 5s; the shortest is 1ms
              - health.timeout = 3s (code): must not be longer than health.interval (0s)""");
  }

  @Test
  void is_not_compared_with_an_interval_nobody_could_read() {
    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .set("health.interval", "often")
                    .set("health.timeout", "20s")
                    .load())
        .hasMessage(
            """
            1 problem in the configuration:
              - health.interval = often (code): is no time; write 250ms, 5s, 2m, 1h or ISO-8601 \
            such as PT5S""");
  }
}
