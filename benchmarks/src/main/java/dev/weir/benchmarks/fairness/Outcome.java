package dev.weir.benchmarks.fairness;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one rival did in one round, or the medians of several. Immutable.
 *
 * @param rival its name
 * @param perSecond borrows a second
 * @param jain Jain's fairness index over the threads' borrows: 1 if all had the same
 * @param p50 median wait for a connection, in milliseconds
 * @param p99 the 99th percentile of the waits, in milliseconds
 * @param max the longest wait, in milliseconds
 * @param ideal the wait of everybody if all were served in turn, in milliseconds: threads x
 *     measured mean hold / connections
 * @param cpuMicros processor time of this JVM for each borrow
 * @param steal percent of the machine's processor time that other guests of the host took
 */
record Outcome(
    String rival,
    double perSecond,
    double jain,
    double p50,
    double p99,
    double max,
    double ideal,
    double cpuMicros,
    double steal) {

  double p99ToIdeal() {
    return p99 / ideal;
  }

  static Outcome median(List<Outcome> rounds) {
    return new Outcome(
        rounds.getFirst().rival,
        median(rounds, Outcome::perSecond),
        median(rounds, Outcome::jain),
        median(rounds, Outcome::p50),
        median(rounds, Outcome::p99),
        median(rounds, Outcome::max),
        median(rounds, Outcome::ideal),
        median(rounds, Outcome::cpuMicros),
        median(rounds, Outcome::steal));
  }

  private static double median(List<Outcome> rounds, ToDoubleFunction<Outcome> figure) {
    List<Double> sorted =
        rounds.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
