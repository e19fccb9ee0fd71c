package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FaultLogTest {

  @Test
  void keeps_a_line_for_each_fault_beside_the_reports() throws IOException {
    FaultLog.note("a line of a test", "%,d calls, %d lost", 12_345, 0);
    FaultLog.note("another", "none");
    assertThat(Files.readAllLines(Path.of("target", "faults.txt")))
        .containsSubsequence(
            "fault: a line of a test: 12,345 calls, 0 lost", "fault: another: none");
    Files.delete(Path.of("target", "faults.txt"));
  }
}
