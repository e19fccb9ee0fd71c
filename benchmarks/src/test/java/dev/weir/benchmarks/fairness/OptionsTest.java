package dev.weir.benchmarks.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void are_those_of_the_usage_if_nothing_is_said() {
    assertThat(Options.parse())
        .isEqualTo(new Options(1_000, 10, Duration.ofMillis(1), 10, 3, false, false));
  }

  @Test
  void are_taken_from_the_command_line() {
    assertThat(Options.parse("--assert", "--hold", "500us", "--threads", "7", "--query"))
        .isEqualTo(new Options(7, 10, Duration.ofNanos(500_000), 10, 3, true, true));
  }

  @Test
  void show_the_usage_for_what_they_do_not_understand() {
    for (String[] wrong :
        new String[][] {
          {"--thread", "7"}, {"--threads"}, {"--threads", "x"}, {"--hold", "1"}, {"--hold", "0ms"}
        }) {
      assertThatThrownBy(() -> Options.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Usage: FairnessHarness");
    }
  }
}
