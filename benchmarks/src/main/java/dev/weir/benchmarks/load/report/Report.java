package dev.weir.benchmarks.load.report;

import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.scenarios.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what a scenario leaves behind. Immutable.
 *
 * @param directory where the files go
 * @param machine where it was measured
 */
public record Report(Path directory, Machine machine) {

  /** The scenario's columns, and what disturbed it. */
  public static List<Metric> columns(Scenario scenario) {
    List<Metric> all = new ArrayList<>(scenario.metrics());
    all.add(Metric.STEAL);
    return all;
  }

  /**
   * Writes {@code <scenario>.csv} and {@code <scenario>.svg} and returns both.
   *
   * @throws IOException if they cannot be written
   */
  public List<Path> write(Scenario scenario, Results results) throws IOException {
    Files.createDirectories(directory);
    var plot =
        new Plot(
            "Weir, load benchmark \"%s\"".formatted(scenario.name()),
            "Medians of the rounds. " + machine.line(),
            scenario.panels(),
            results);
    return List.of(
        written(scenario.name() + ".csv", Csv.of(columns(scenario), results)),
        written(scenario.name() + ".svg", plot.svg()));
  }

  private Path written(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
