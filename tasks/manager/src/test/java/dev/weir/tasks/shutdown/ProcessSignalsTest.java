package dev.weir.tasks.shutdown;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.ChildProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real children, real signals. */
class ProcessSignalsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private @TempDir Path directory;

  private ChildProgram child(String service, String... options) throws IOException {
    var setup = ChildProgram.Setup.of(SignalledService.class, directory);
    for (String option : options) {
      setup = setup.option(option);
    }
    ChildProgram child = setup.start(service);
    child.awaitOutput("ready");
    return child;
  }

  @Test
  void print_the_status_reload_and_stop_with_0_when_all_is_well() throws IOException {
    try (ChildProgram child = child("well")) {
      child.signal("USR1");
      child.awaitOutput("so many tasks: 1");
      child.signal("HUP");
      child.awaitOutput("reloaded");
      child.awaitOutput("a handler from before hears HUP");
      child.signal("TERM");

      assertThat(child.awaitExit(PATIENCE)).isZero();
      assertThat(child.output())
          .contains(
              "a handler from before hears TERM", "the task has ended", "Stopped cleanly in ");
    }
  }

  @Test
  void stop_with_128_and_their_number_when_something_is_left_and_name_it() throws IOException {
    try (ChildProgram child = child("ill")) {
      child.signal("TERM");

      assertThat(child.awaitExit(PATIENCE)).isEqualTo(128 + 15);
      assertThat(child.output())
          .contains(
              "hung (REFUSE) did not end within 0.30 s and was left behind",
              "task 'letters'",
              "still runs after",
              "of 2.00 s (SIGTERM)");
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM, TERM, 143", "TERM, INT, 130", "INT, INT, 130"})
  void end_the_process_at_once_the_second_time(String first, String second, int code)
      throws IOException {
    try (ChildProgram child = child("long")) {
      child.signal(first);
      child.awaitOutput("stopping by SIG" + first);
      child.signal(second);

      assertThat(child.awaitExit(PATIENCE)).isEqualTo(code);
      assertThat(child.output())
          .contains("SIG%s after SIG%s: the process ends at once".formatted(second, first))
          .doesNotContain("the task has ended");
    }
  }

  @Test
  void are_given_back_with_the_last_target_and_a_handler_put_over_them_stays() throws IOException {
    try (ChildProgram child = child("given back")) {
      child.signal("HUP");
      child.awaitOutput("a handler from after hears HUP");
      child.signal("TERM");

      assertThat(child.awaitExit(PATIENCE)).isEqualTo(128 + 15);
      assertThat(child.output()).doesNotContain("stopping", "reloaded");
    }
  }

  @Test
  void are_left_to_the_system_where_the_jvm_keeps_its_hands_off() throws IOException {
    try (ChildProgram child = child("long", "-Xrs")) {
      child.signal("TERM");

      assertThat(child.awaitExit(PATIENCE)).isEqualTo(128 + 15);
      assertThat(child.output()).doesNotContain("stopping");
    }
  }
}
