package dev.weir.benchmarks.load.report;

import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Results.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The medians of all rivals, with the spread of the rounds, as text. */
public final class Table {

  private Table() {}

  /** One row for each variant and rival; the spread in brackets if the rounds differ. */
  public static String of(List<Metric> metrics, Results results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(heading(metrics));
    for (String variant : results.variants()) {
      for (String rival : results.rivals(variant)) {
        List<String> row = new ArrayList<>(List.of(variant, rival));
        metrics.forEach(metric -> row.add(cell(metric, results.spread(variant, rival, metric))));
        rows.add(row);
      }
    }
    return aligned(rows);
  }

  private static List<String> heading(List<Metric> metrics) {
    List<String> heading = new ArrayList<>(List.of("load", "rival"));
    metrics.forEach(metric -> heading.add(metric.heading()));
    return heading;
  }

  private static String cell(Metric metric, Spread spread) {
    String median = metric.show(spread.median());
    String least = metric.show(spread.min());
    String most = metric.show(spread.max());
    return least.equals(most) ? median : "%s [%s..%s]".formatted(median, least, most);
  }

  private static String aligned(List<List<String>> rows) {
    List<Integer> widths =
        IntStream.range(0, rows.getFirst().size())
            .mapToObj(
                column ->
                    Collections.max(rows.stream().map(row -> row.get(column).length()).toList()))
            .toList();
    return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
  }

  private static String line(List<String> row, List<Integer> widths) {
    return IntStream.range(0, row.size())
        .mapToObj(
            column -> {
              String form = "%" + (column < 2 ? "-" : "") + widths.get(column) + "s";
              return form.formatted(row.get(column));
            })
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }
}
