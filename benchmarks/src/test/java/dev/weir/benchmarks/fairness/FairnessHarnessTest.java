package dev.weir.benchmarks.fairness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairnessHarnessTest {

  private static final List<String> RIVALS =
      List.of("Weir", "HikariCP", "HikariCP behind a fair Semaphore");

  @Test
  void gives_plausible_figures_of_every_rival() throws InterruptedException {
    var written = new ByteArrayOutputStream();
    Options options =
        Options.parse(
            "--threads", "50", "--connections", "5", "--seconds", "1", "--rounds", "1", "--query");

    boolean kept = new FairnessHarness(options, new PrintStream(written, true, UTF_8)).run();

    assertThat(kept).isTrue();
    String output = written.toString(UTF_8);
    assertThat(output).contains("lanes.admin.reserved=0");
    for (String rival : RIVALS) {
      for (String label : List.of("round 1", "median")) {
        plausible(row(output, label, rival));
      }
    }
  }

  /** In the order of the columns: ops/s, Jain, p50, p99, max, p99/ideal, us/op, steal. */
  private static void plausible(List<Double> figures) {
    assertThat(figures).hasSize(8);
    assertThat(figures.getFirst()).as("ops/s: 5 connections, 1 ms").isBetween(1.0, 5_000.0);
    assertThat(figures.get(1)).as("Jain").isBetween(1.0 / 50, 1.0);
    assertThat(figures.subList(2, 5)).as("p50, p99, max").isSorted();
    assertThat(figures.get(4)).as("max ms").isPositive();
    assertThat(figures.get(5)).as("p99/ideal").isPositive();
    assertThat(figures.get(6)).as("us/op").isPositive();
    assertThat(figures.get(7)).as("steal").isBetween(0.0, 100.0);
  }

  private static List<Double> row(String output, String label, String rival) {
    String start = label + " +" + rival + " +";
    return output
        .lines()
        .filter(line -> line.matches(start + "[\\d.,].*"))
        .map(line -> line.replaceFirst(start, "").replace(",", ""))
        .map(line -> Arrays.stream(line.split(" +", -1)).map(Double::valueOf).toList())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + label + " of " + rival + " in\n" + output));
  }
}
