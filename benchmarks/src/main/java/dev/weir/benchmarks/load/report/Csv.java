package dev.weir.benchmarks.load.report;

import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Every round that counts, as comma-separated values (RFC 4180, but for the line ends). */
public final class Csv {

  private Csv() {}

  /** A heading, then one line for each rival in each round; what does not apply is empty. */
  public static String of(List<Metric> metrics, Results results) {
    List<List<String>> lines = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of("load", "rival", "round"));
    metrics.forEach(metric -> heading.add(metric.heading()));
    lines.add(heading);
    for (Results.Round round : results.rounds()) {
      List<String> line = new ArrayList<>();
      line.add(round.variant());
      line.add(round.rival());
      line.add(String.valueOf(round.number()));
      metrics.forEach(metric -> line.add(number(metric, round.figures().of(metric))));
      lines.add(line);
    }
    return lines.stream()
        .map(line -> line.stream().map(Csv::quoted).collect(Collectors.joining(",")))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String number(Metric metric, double value) {
    return Double.isNaN(value) ? "" : metric.show(value).replace(",", "");
  }

  private static String quoted(String text) {
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
