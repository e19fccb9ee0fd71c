package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProgramTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private @TempDir Path directory;

  /** What runs in the child. */
  static final class Child {
    private Child() {}

    /** Says what it was given, and waits for its end. */
    public static void main(String[] arguments) throws InterruptedException {
      System.out.println(
          arguments[0] + " " + System.getProperty("option") + " " + System.getenv("VARIABLE"));
      if (arguments[0].equals("stay")) {
        new CountDownLatch(1).await();
      }
    }
  }

  private ChildProgram child(String word) throws IOException {
    return ChildProgram.Setup.of(Child.class, directory)
        .option("-Doption=given")
        .variable("VARIABLE", "set")
        .start(word);
  }

  @Test
  void says_what_it_was_started_with_and_ends_by_a_signal() throws IOException {
    try (ChildProgram child = child("stay")) {
      child.awaitOutput("stay given set");
      child.signal("INT");
      assertThat(child.awaitExit(PATIENCE)).isEqualTo(128 + 2);
    }
  }

  @Test
  void shows_all_it_said_when_it_ends_before_its_time() throws IOException {
    try (ChildProgram child = child("leave")) {
      assertThatThrownBy(() -> child.awaitOutput("something else"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("leave given set");
      assertThat(child.awaitExit(PATIENCE)).isZero();
    }
  }
}
