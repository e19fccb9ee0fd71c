package dev.weir.sample;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** What one crowd of callers met with during one turn. Safe for use by many threads. */
final class Measured {

  private static final int DIGITS = 3;

  private final ConcurrentHistogram micros = new ConcurrentHistogram(DIGITS);
  private final AtomicLongArray done;
  private final LongAdder failed = new LongAdder();
  private final AtomicReference<@Nullable Exception> firstFailure = new AtomicReference<>();

  Measured(int threads) {
    this.done = new AtomicLongArray(threads);
  }

  /**
   * A call has been answered.
   *
   * @param inTime before the turn was over: it counts for the throughput. One that was still under
   *     way then counts for the latencies alone; left out, those who waited longest would be
   *     missing.
   */
  void answered(int thread, long nanos, boolean inTime) {
    micros.recordValue(nanos / 1_000);
    if (inTime) {
      done.incrementAndGet(thread);
    }
  }

  void failed(Exception failure) {
    failed.increment();
    firstFailure.compareAndSet(null, failure);
  }

  /** Calls answered so far. */
  long sum() {
    long sum = 0;
    for (int thread = 0; thread < done.length(); thread++) {
      sum += done.get(thread);
    }
    return sum;
  }

  /** The figures of the whole turn. */
  Figures figures(double seconds) {
    return new Figures(sum(), seconds, micros.copy(), fairness(), failed.sum(), firstFailure.get());
  }

  /** Jain's index: (sum of x)^2 / (n * sum of x^2). */
  private double fairness() {
    double sum = 0;
    double squares = 0;
    for (int thread = 0; thread < done.length(); thread++) {
      double count = done.get(thread);
      sum += count;
      squares += count * count;
    }
    return squares == 0 ? Double.NaN : sum * sum / (done.length() * squares);
  }
}
