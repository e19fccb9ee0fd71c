package dev.weir.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthConfigTest {
  @Test
  void has_these_defaults() {
    assertThat(HealthConfig.defaults()).isEqualTo(new HealthConfig(ofSeconds(10), ofSeconds(2)));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(directory, "weir.health.interval = 1m", "weir.health.timeout = 30s");

    assertThat(config.health()).isEqualTo(new HealthConfig(ofSeconds(60), ofSeconds(30)));
  }

  @Test
  void has_a_wither_for_each_component() {
    HealthConfig health = HealthConfig.defaults();

    assertThat(health.interval(ofSeconds(5)))
        .isEqualTo(new HealthConfig(ofSeconds(5), ofSeconds(2)));
    assertThat(health.timeout(ofSeconds(1)))
        .isEqualTo(new HealthConfig(ofSeconds(10), ofSeconds(1)));
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
