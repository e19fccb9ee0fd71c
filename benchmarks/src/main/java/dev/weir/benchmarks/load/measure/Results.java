package dev.weir.benchmarks.load.measure;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * All rounds of a scenario that count. Immutable.
 *
 * @param rounds in the order in which they were run
 */
public record Results(List<Round> rounds) {

  /** Copies the list. */
  public Results {
    rounds = List.copyOf(rounds);
  }

  /**
   * One rival in one round.
   *
   * @param variant which load
   * @param rival who
   * @param number of the round, from 1
   * @param figures what came out
   */
  public record Round(String variant, String rival, int number, Figures figures) {}

  /**
   * What the rounds say together; NaN if none says anything.
   *
   * @param median the middle
   * @param min the least
   * @param max the most
   */
  public record Spread(double median, double min, double max) {}

  /** The variants, in order of appearance. */
  public List<String> variants() {
    return rounds.stream().map(Round::variant).distinct().toList();
  }

  /** The rivals under a variant, in order of appearance. */
  public List<String> rivals(String variant) {
    return rounds.stream()
        .filter(round -> round.variant().equals(variant))
        .map(Round::rival)
        .distinct()
        .toList();
  }

  /** Each round's value of a metric, as far as it applies. */
  public List<Double> values(String variant, String rival, Metric metric) {
    return rounds.stream()
        .filter(round -> round.variant().equals(variant) && round.rival().equals(rival))
        .map(round -> round.figures().of(metric))
        .filter(value -> !value.isNaN())
        .toList();
  }

  /** Median and spread of a metric over the rounds. */
  public Spread spread(String variant, String rival, Metric metric) {
    List<Double> values = values(variant, rival, metric);
    DoubleStream least = values.stream().mapToDouble(Double::doubleValue);
    DoubleStream most = values.stream().mapToDouble(Double::doubleValue);
    return new Spread(
        Statistics.median(values), least.min().orElse(Double.NaN), most.max().orElse(Double.NaN));
  }

  /** Whether every round of a rival has a value of this metric, and there was one. */
  public boolean isWhole(String variant, String rival, Metric metric) {
    long all =
        rounds.stream()
            .filter(round -> round.variant().equals(variant) && round.rival().equals(rival))
            .count();
    return all > 0 && values(variant, rival, metric).size() == all;
  }

  /** The median of a metric over the rounds; NaN if there is none. */
  public double median(String variant, String rival, Metric metric) {
    return spread(variant, rival, metric).median();
  }
}
