package dev.weir.pool.line;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many calls the server has answered and what they took together, without any wait for a
 * permit. What tidies up or logs in does not count. Striped: to count takes no lock. Safe for use
 * by many threads.
 */
public final class CallFigures {

  private final LongAdder answered = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  CallFigures() {}

  /**
   * A call has ended.
   *
   * @param whole whether it was answered in its time; one that was stopped has used the server all
   *     the same
   */
  void ended(long took, boolean whole) {
    nanos.add(took);
    if (whole) {
      answered.increment();
    }
  }

  /** Calls that ended in their time, well or not, since the start. */
  public long answered() {
    return answered.sum();
  }

  /** What all calls together have taken, in nanoseconds. */
  public long nanos() {
    return nanos.sum();
  }
}
