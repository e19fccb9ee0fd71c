package dev.weir.benchmarks.load.measure;

import java.util.Arrays;
import java.util.Collection;

/** The little arithmetic that rounds and threads are judged by. */
public final class Statistics {

  private Statistics() {}

  /** The middle value, between the two middle ones of an even number; NaN of none. */
  public static double median(Collection<Double> values) {
    return percentile(values, 50);
  }

  /**
   * The value below which this share lies, between the two nearest ranks; NaN of none.
   *
   * @param percent 0 to 100
   */
  public static double percentile(Collection<Double> values, double percent) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("percent = " + percent + ": must lie in 0..100");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double rank = percent / 100 * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }

  /**
   * Jain's fairness index: 1 if all have the same, 1/n if one has everything; NaN if nobody has
   * anything.
   */
  public static double jain(long[] shares) {
    double sum = Arrays.stream(shares).asDoubleStream().sum();
    double squares = Arrays.stream(shares).asDoubleStream().map(share -> share * share).sum();
    return sum * sum / (shares.length * squares);
  }
}
