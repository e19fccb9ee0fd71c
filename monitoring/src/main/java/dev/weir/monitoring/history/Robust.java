package dev.weir.monitoring.history;

import dev.weir.monitoring.history.Trend.Direction;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Figures that outliers do not move. Stateless. */
final class Robust {

  private static final double ONE_PERCENT = 2.576;

  private Robust() {}

  static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Median absolute deviation. */
  static double mad(double[] values, double median) {
    return median(Arrays.stream(values).map(value -> Math.abs(value - median)).toArray());
  }

  /**
   * The trend of values at equal distances, of which some may not be numbers.
   *
   * @param perHour how many distances make an hour
   */
  static Trend trend(double[] values, double perHour) {
    DoubleStream.Builder slopes = DoubleStream.builder();
    long signs = 0;
    int known = 0;
    for (int i = 0; i < values.length; i++) {
      known += Double.isNaN(values[i]) ? 0 : 1;
      for (int j = i + 1; j < values.length; j++) {
        double rise = values[j] - values[i];
        if (!Double.isNaN(rise)) {
          slopes.add(rise / (j - i) * perHour);
          signs += (long) Math.signum(rise);
        }
      }
    }
    double slope = median(slopes.build().toArray());
    double deviation = Math.sqrt(known * (known - 1.0) * (2 * known + 5.0) / 18);
    boolean chance = Math.abs(signs) <= 1 + ONE_PERCENT * deviation;
    Direction direction = signs > 0 ? Direction.RISING : Direction.FALLING;
    return new Trend(Double.isNaN(slope) ? 0 : slope, chance ? Direction.FLAT : direction);
  }
}
