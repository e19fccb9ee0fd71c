package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsConfigTest {
  @Test
  void has_these_defaults() {
    assertThat(EventsConfig.defaults()).isEqualTo(new EventsConfig(1_000, 20, 128));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.events.queue = 50",
            "weir.events.workers = 3",
            "weir.events.history = 0");

    assertThat(config.events()).isEqualTo(new EventsConfig(50, 3, 0));
  }

  @Test
  void has_a_wither_for_each_component() {
    EventsConfig events = EventsConfig.defaults();

    assertThat(events.queue(5)).isEqualTo(new EventsConfig(5, 20, 128));
    assertThat(events.workers(5)).isEqualTo(new EventsConfig(1_000, 5, 128));
    assertThat(events.history(5)).isEqualTo(new EventsConfig(1_000, 20, 5));
  }

  @Test
  void is_refused_with_every_problem_at_once() {
    assertThatThrownBy(() -> new EventsConfig(0, 0, -1))
        .hasMessage(
            """
            3 problems in the configuration:
              - events.queue = 0 (code): must be 1 to 1000000
              - events.workers = 0 (code): must be 1 to 1000
              - events.history = -1 (code): must be 0 to 1000000\
            """);
  }
}
