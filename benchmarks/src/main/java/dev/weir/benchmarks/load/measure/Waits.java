package dev.weir.benchmarks.load.measure;

import org.HdrHistogram.ConcurrentHistogram;

/** Times of many threads, kept as a histogram of three digits. Safe for use by many threads. */
public final class Waits {

  private final ConcurrentHistogram micros = new ConcurrentHistogram(3);

  /** Adds one. */
  public void add(long nanos) {
    micros.recordValue(Math.max(0, nanos / 1_000));
  }

  /** How many. */
  public long count() {
    return micros.getTotalCount();
  }

  /** Milliseconds that this percentage did not exceed; NaN if there is none. */
  public double millis(double percent) {
    return count() == 0 ? Double.NaN : micros.getValueAtPercentile(percent) / 1e3;
  }

  /** The longest, in milliseconds; NaN if there is none. */
  public double maxMillis() {
    return count() == 0 ? Double.NaN : micros.getMaxValue() / 1e3;
  }

  /** The mean, in milliseconds; NaN if there is none. */
  public double meanMillis() {
    return count() == 0 ? Double.NaN : micros.getMean() / 1e3;
  }
}
