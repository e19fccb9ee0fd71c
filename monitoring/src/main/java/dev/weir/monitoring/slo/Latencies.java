package dev.weir.monitoring.slo;

import java.time.Duration;
import java.util.Optional;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * How long calls took in the last five to ten minutes, to two significant digits, from a
 * microsecond to an hour; about 85 KB. Recording is safe for use by many threads and allocates
 * nothing; the rest is not safe.
 */
final class Latencies {

  private static final long LOWEST = 1_000;
  private static final long HIGHEST = Duration.ofHours(1).toNanos();
  private static final int DIGITS = 2;
  private static final long PERIOD = Duration.ofMinutes(5).toSeconds();

  private final Recorder recorder = new Recorder(LOWEST, HIGHEST, DIGITS);
  private @Nullable Histogram spare;
  private AbstractHistogram current = fresh();
  private AbstractHistogram before = fresh();
  private long period;

  Latencies(long now) {
    period = now / PERIOD;
  }

  private static AbstractHistogram fresh() {
    return new IntCountsHistogram(LOWEST, HIGHEST, DIGITS);
  }

  void record(long nanos) {
    recorder.recordValue(Math.min(nanos, HIGHEST));
  }

  void collect(long now) {
    Histogram latest = recorder.getIntervalHistogram(spare);
    spare = latest;
    long present = now / PERIOD;
    if (present > period) {
      AbstractHistogram old = before;
      before = current;
      current = old;
      current.reset();
      if (present > period + 1) {
        before.reset();
      }
      period = present;
    }
    current.add(latest);
  }

  Optional<Quantiles> quantiles() {
    var all = new Histogram(LOWEST, HIGHEST, DIGITS);
    all.add(before);
    all.add(current);
    return all.getTotalCount() == 0
        ? Optional.empty()
        : Optional.of(
            new Quantiles(
                all.getTotalCount(),
                at(all, 50),
                at(all, 95),
                at(all, 99),
                Duration.ofNanos(all.getMaxValue())));
  }

  private static Duration at(Histogram all, double percentile) {
    return Duration.ofNanos(all.getValueAtPercentile(percentile));
  }
}
