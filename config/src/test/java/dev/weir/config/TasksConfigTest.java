package dev.weir.config;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksConfigTest {
  private final TasksConfig tasks = TasksConfig.defaults();

  @Test
  void has_these_defaults() {
    assertThat(tasks).isEqualTo(new TasksConfig(1_000, 1_000, ofHours(1), ofMinutes(5)));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.tasks.dead-letters = 5",
            "weir.tasks.history = 0",
            "weir.tasks.history-age = 2m",
            "weir.tasks.stuck-after = 3s");

    assertThat(config.tasks()).isEqualTo(new TasksConfig(5, 0, ofMinutes(2), ofSeconds(3)));
  }

  @Test
  void has_a_wither_for_each_component() {
    assertThat(tasks.deadLetters(1).history(2).historyAge(ofSeconds(3)).stuckAfter(ofSeconds(4)))
        .isEqualTo(new TasksConfig(1, 2, ofSeconds(3), ofSeconds(4)));
  }

  @Test
  void is_refused_with_every_problem_at_once() {
    assertThatThrownBy(() -> new TasksConfig(-1, 1_000_001, ZERO, ZERO))
        .hasMessageStartingWith("4 problems in the configuration:")
        .hasMessageContaining("tasks.dead-letters = -1 (code): must be 0 to 1000000")
        .hasMessageContaining("tasks.history = 1000001 (code): must be 0 to 1000000")
        .hasMessageContaining("tasks.history-age = 0")
        .hasMessageContaining("tasks.stuck-after = 0");
  }
}
