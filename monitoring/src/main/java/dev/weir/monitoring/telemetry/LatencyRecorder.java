package dev.weir.monitoring.telemetry;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Counts durations in buckets of which four make a power of two, from a microsecond to an hour; so
 * a quantile is off by an eighth at most. Striped, so that threads do not get in each other's way.
 * Safe for use by many threads; recording allocates nothing.
 */
final class LatencyRecorder {

  private static final int LOWEST_POWER = 10;
  private static final int HIGHEST_POWER = 42;
  private static final int PARTS = 4;
  private static final int PART_BITS = 2;
  private static final int BUCKETS = 2 + (HIGHEST_POWER - LOWEST_POWER) * PARTS;
  private static final double NANOS = 1e9;

  private final List<LongAdder> buckets =
      IntStream.range(0, BUCKETS).mapToObj(_ -> new LongAdder()).toList();

  void record(long nanos) {
    buckets.get(bucket(nanos)).increment();
  }

  long count() {
    return buckets.stream().mapToLong(LongAdder::sum).sum();
  }

  /**
   * The duration in seconds below which the share {@code quantile} of all those recorded lies.
   *
   * @param zeros durations of zero that nobody recorded
   * @return NaN if there are none at all
   */
  static double quantile(Collection<LatencyRecorder> all, long zeros, double quantile) {
    long[] counts = new long[BUCKETS];
    all.forEach(one -> Arrays.setAll(counts, i -> counts[i] + one.buckets.get(i).sum()));
    long total = zeros + Arrays.stream(counts).sum();
    long rank = (long) Math.ceil(quantile * total);
    if (total == 0) {
      return Double.NaN;
    }
    long seen = zeros;
    for (int i = 0; i < BUCKETS && seen < rank; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return middle(i);
      }
    }
    return 0;
  }

  private static int bucket(long nanos) {
    if (nanos < 1L << LOWEST_POWER) {
      return 0;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    if (power >= HIGHEST_POWER) {
      return BUCKETS - 1;
    }
    int part = (int) (nanos >>> (power - PART_BITS)) & (PARTS - 1);
    return 1 + (power - LOWEST_POWER) * PARTS + part;
  }

  private static double middle(int bucket) {
    if (bucket == 0) {
      return (1L << LOWEST_POWER) / 2.0 / NANOS;
    }
    if (bucket == BUCKETS - 1) {
      return (1L << HIGHEST_POWER) / NANOS;
    }
    long octave = 1L << (LOWEST_POWER + (bucket - 1) / PARTS);
    return octave * (1 + ((bucket - 1) % PARTS + 0.5) / PARTS) / NANOS;
  }
}
