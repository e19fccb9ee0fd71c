package dev.weir.pool;

import dev.weir.pool.socket.PhysicalPool;
import java.util.concurrent.atomic.LongAccumulator;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long callers were inside {@link PhysicalPool#borrow}. Safe for use by many threads.
 *
 * @param inside all times, in nanoseconds, to three digits
 * @param longest the longest, exactly
 */
record BorrowTimes(Histogram inside, LongAccumulator longest) {

  BorrowTimes() {
    this(new ConcurrentHistogram(3), new LongAccumulator(Math::max, 0));
  }

  void add(long nanos) {
    inside.recordValue(nanos);
    longest.accumulate(nanos);
  }
}
