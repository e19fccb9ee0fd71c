package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.ChildProgram;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real child JVM, ended by a real SIGTERM, which the service has left to the JVM. */
@RealServers
class ShutdownHookTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  private final TestDatabase database;
  private @TempDir Path directory;

  ShutdownHookTest(TestDatabase database) {
    this.database = database;
  }

  @Test
  void lets_the_task_under_way_end_when_the_process_is_told_to() throws Exception {
    assertThat(terminated(true)).isEqualTo(ENDED_BY_SIGTERM);
    assertThat(directory.resolve("done")).exists();
  }

  @Test
  void does_nothing_when_it_is_switched_off() throws Exception {
    assertThat(terminated(false)).isEqualTo(ENDED_BY_SIGTERM);
    assertThat(directory.resolve("done")).doesNotExist();
    assertThat(directory.resolve("hook")).as("a hook may have tasks done").hasContent("well said");
  }

  private int terminated(boolean hook) throws IOException {
    try (ChildProgram child =
        Houses.child(database, ChildService.class, directory)
            .option("-Dweir.shutdown.hook=" + hook)
            .start(directory.toString())) {
      child.awaitOutput("ready");
      child.signal("TERM");
      return child.awaitExit(PATIENCE);
    }
  }

  /** Closes that come while a stop is under way, from where they could wait for themselves. */
  @Nested
  class A_close {

    private ChildProgram child(String way, boolean signals) throws IOException {
      ChildProgram child =
          Houses.child(database, CircularService.class, directory)
              .option("-Dweir.shutdown.signals=" + signals)
              .start(way);
      child.awaitOutput("ready");
      return child;
    }

    @Test
    void from_a_hook_of_the_services_own_returns_when_ours_has_closed() throws IOException {
      try (ChildProgram child = child("hook", false)) {
        child.signal("TERM");
        assertThat(child.awaitExit(PATIENCE)).isEqualTo(ENDED_BY_SIGTERM);
        assertThat(child.output()).contains("the hook has closed");
      }
    }

    @Test
    void by_an_exit_inside_a_task_does_not_wait_for_that_task() throws IOException {
      try (ChildProgram child = child("task", false)) {
        assertThat(child.awaitExit(Duration.ofSeconds(20))).isEqualTo(3);
        assertThat(child.output()).contains("task 'leaver'");
      }
    }

    @Test
    void from_a_signal_handler_and_from_a_task_returns() throws IOException {
      try (ChildProgram child = child("handler", true)) {
        child.signal("TERM");
        assertThat(child.awaitExit(Duration.ofSeconds(20))).isZero();
        assertThat(child.output()).contains("the task has closed");
      }
    }
  }
}
