package dev.weir.sample;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What was measured for one crowd of callers. To be treated as immutable.
 *
 * @param answered calls answered in time
 * @param seconds how long they were counted
 * @param micros how long each call took, in microseconds, the wait for a connection included
 * @param jain Jain's fairness index over the threads: 1 if all got the same, 1/n if one got all
 * @param failed calls that failed
 * @param failure the first that did, if any
 */
record Figures(
    long answered,
    double seconds,
    Histogram micros,
    double jain,
    long failed,
    @Nullable Exception failure) {

  /** Both together; the fairness of each counts by the time it took. */
  Figures plus(Figures other) {
    Histogram all = micros.copy();
    all.add(other.micros);
    double time = seconds + other.seconds;
    return new Figures(
        answered + other.answered,
        time,
        all,
        (jain * seconds + other.jain * other.seconds) / time,
        failed + other.failed,
        failure != null ? failure : other.failure);
  }

  /** Whether it called and was never answered. */
  boolean onlyFailed() {
    return failed > 0 && micros.getTotalCount() == 0;
  }

  /** Calls answered in a second. */
  double throughput() {
    return answered / seconds;
  }

  /**
   * The time within which so many percent of the calls were answered, in milliseconds; not a number
   * if none was.
   */
  double millis(double percentile) {
    return micros.getTotalCount() == 0
        ? Double.NaN
        : micros.getValueAtPercentile(percentile) / 1_000.0;
  }
}
