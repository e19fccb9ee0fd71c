package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Metric;

/**
 * One chart: a group of bars for each variant, a bar for each rival, medians of one metric.
 *
 * @param title what it shows, and which way is good
 * @param variants what the groups are
 * @param metric the height of the bars
 * @param logarithmic whether the values differ by orders of magnitude
 * @param only variants that start so; empty for all
 */
public record Panel(
    String title, String variants, Metric metric, boolean logarithmic, String only) {

  /** With all variants. */
  public static Panel linear(String title, String variants, Metric metric) {
    return new Panel(title, variants, metric, false, "");
  }

  /** With all variants, on a logarithmic axis. */
  public static Panel logarithmic(String title, String variants, Metric metric) {
    return new Panel(title, variants, metric, true, "");
  }

  /** With those variants only whose names start so. */
  public Panel only(String start) {
    return new Panel(title, variants, metric, logarithmic, start);
  }
}
