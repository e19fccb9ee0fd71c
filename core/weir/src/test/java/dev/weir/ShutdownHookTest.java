package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real child JVM, ended by a real SIGTERM. */
@RealServers
class ShutdownHookTest {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
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
  }

  private int terminated(boolean hook) throws IOException, InterruptedException {
    Process child = child(hook);
    try {
      Await.until(PATIENCE, "the child's task runs", () -> isReady(child));
      child.destroy();
      assertThat(child.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return child.exitValue();
    } finally {
      child.destroyForcibly();
    }
  }

  private boolean isReady(Process child) {
    assertThat(child.isAlive()).as("the child lives; it said: %s", output()).isTrue();
    return Files.exists(directory.resolve("ready"));
  }

  private String output() {
    try {
      return Files.readString(directory.resolve("out.txt"));
    } catch (IOException _) {
      return "nothing";
    }
  }

  private Process child(boolean hook) throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-Dweir.shutdown.hook=" + hook,
            ChildService.class.getName(),
            directory.toString());
    builder.environment().put("WEIR_POSTGRES_URL", database.jdbcUrl());
    builder.environment().put("WEIR_POSTGRES_USER", database.user());
    builder.environment().put("WEIR_POSTGRES_PASSWORD", database.password());
    return builder
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("out.txt").toFile())
        .start();
  }
}
