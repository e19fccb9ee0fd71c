package dev.weir.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurefireReportTest {
  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  @TempDir private Path root;

  @BeforeEach
  void write() throws IOException {
    report("Early", START.minusMillis(1), "");
    report("OnTime", START, "");
    report("Late", START.plusSeconds(60), "");
    report("Red", START, "<failure/>");
    report("Skipped", START, "<skipped/>");
  }

  @Test
  void counts_what_passed_in_this_build() throws IOException {
    assertThat(SurefireReport.passedSince(START, root).lines())
        .containsExactlyInAnyOrder("OnTimeTest#works", "LateTest#works");
  }

  @Test
  void counts_an_earlier_build_where_nobody_says_when_this_one_began() throws IOException {
    assertThat(SurefireReport.passedSince(Instant.EPOCH, root)).contains("EarlyTest#works");
  }

  @Test
  void a_nested_class_that_was_inherited_counts_for_who_declared_it_and_for_who_ran_it()
      throws IOException {
    report("Heir", "Ancestor", START, "");
    assertThat(SurefireReport.passedSince(START, root).lines())
        .contains("HeirTest#works", "AncestorTest#works");
  }

  private void report(String name, Instant written, String outcome) throws IOException {
    report(name, name, written, outcome);
  }

  private void report(String name, String declared, Instant written, String outcome)
      throws IOException {
    Path directory = root.resolve(name).resolve("target").resolve("surefire-reports");
    Path file =
        Files.createDirectories(directory).resolve("TEST-dev.weir.%sTest.xml".formatted(name));
    Files.writeString(
        file,
        "<testsuite><testcase classname='dev.weir.%sTest$In' name='works'>%s</testcase></testsuite>"
            .formatted(declared, outcome));
    Files.setLastModifiedTime(file, FileTime.from(written));
  }
}
