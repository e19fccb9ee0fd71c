package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
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

  @Test
  void finds_its_classes_elsewhere_though_the_class_path_be_relative() throws IOException {
    String key = "surefire.test.class.path";
    String before = System.getProperty(key);
    Path here = Path.of("").toAbsolutePath();
    System.setProperty(
        key,
        Arrays.stream(
                System.getProperty(key, System.getProperty("java.class.path"))
                    .split(File.pathSeparator))
            .map(entry -> here.relativize(Path.of(entry).toAbsolutePath()).toString())
            .collect(Collectors.joining(File.pathSeparator)));
    try (ChildProgram child = child("leave")) {
      child.awaitOutput("leave given set", PATIENCE);
    } finally {
      if (before == null) {
        System.clearProperty(key);
      } else {
        System.setProperty(key, before);
      }
    }
  }

  @Test
  void is_waited_for_no_longer_than_that() throws IOException {
    try (ChildProgram child = child("stay")) {
      assertThatThrownBy(() -> child.awaitOutput("something else", Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("something else");
    }
  }
}
