package dev.weir.gate;

/**
 * Whether so many of the last calls have failed within a time. It keeps nothing but the last
 * failures, each with its number and time, so a success costs one addition. Guarded by its owner.
 */
final class RecentFailures {

  private final long calls;
  private final long withinNanos;

  /** The last failures, in a ring; the slot to be written next holds the oldest. */
  private final long[] numbers;

  private final long[] times;
  private int next;
  private int known;
  private long number;

  RecentFailures(CircuitRule rule) {
    this.calls = rule.calls();
    this.withinNanos = rule.within().toNanos();
    this.numbers = new long[rule.failures()];
    this.times = new long[rule.failures()];
  }

  void succeeded() {
    number++;
  }

  /** Whether this failure makes it too many. */
  boolean failed(long now) {
    number++;
    numbers[next] = number;
    times[next] = now;
    next = (next + 1) % numbers.length;
    known = Math.min(known + 1, numbers.length);
    return known == numbers.length
        && number - numbers[next] < calls
        && now - times[next] <= withinNanos;
  }

  void forget() {
    known = 0;
  }
}
