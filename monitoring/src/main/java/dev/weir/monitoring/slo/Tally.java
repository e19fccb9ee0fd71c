package dev.weir.monitoring.slo;

import dev.weir.monitoring.slo.window.Counts;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of one objective. Recording takes no lock and allocates nothing. Safe for use by
 * many threads.
 */
final class Tally {

  private final LongAdder good = new LongAdder();
  private final LongAdder bad = new LongAdder();
  private final long bound;
  private final @Nullable Latencies latencies;

  Tally(@Nullable Duration bound, @Nullable Latencies latencies) {
    this.bound = bound == null ? Long.MAX_VALUE : bound.toNanos();
    this.latencies = latencies;
  }

  void record(long nanos, boolean ok) {
    if (latencies == null) {
      (ok ? good : bad).increment();
      return;
    }
    if (nanos > bound) {
      bad.increment();
    } else if (ok) {
      good.increment();
    } else {
      return;
    }
    latencies.record(nanos);
  }

  Counts sum() {
    return new Counts(good.sum(), bad.sum());
  }
}
