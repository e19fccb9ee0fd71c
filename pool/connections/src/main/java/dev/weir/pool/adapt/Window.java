package dev.weir.pool.adapt;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A time with one limit, long enough to count calls in, after the limit has taken effect. For one
 * thread.
 */
final class Window {

  static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(200);
  static final long LONGEST = TimeUnit.SECONDS.toNanos(1);
  private static final int ENOUGH_CALLS = 20;

  /** Fewer in the longest window say nothing. */
  static final int FEWEST_CALLS = 10;

  private final long from;
  private @Nullable Reading first;
  private @Nullable Reading last;
  private long callers;
  private int looks;

  /** One that begins so long after now. */
  Window(Reading now, long settling) {
    from = now.nanos() + settling;
  }

  /**
   * Takes note.
   *
   * @return whether it is over
   */
  boolean look(Reading now) {
    if (now.nanos() < from) {
      return false;
    }
    Reading start = first;
    if (start == null) {
      first = now;
      return false;
    }
    last = now;
    callers += now.inUse();
    looks++;
    long lasted = now.nanos() - start.nanos();
    long calls = now.answered() - start.answered();
    return lasted >= LONGEST || (lasted >= SHORTEST && calls >= ENOUGH_CALLS);
  }

  /** Whether it was long enough, or there are too few calls to ever tell. */
  boolean isTelling() {
    return first != null
        && last != null
        && last.answered() - first.answered() >= FEWEST_CALLS
        && callers > 0;
  }

  /** Calls a second. */
  double rate() {
    return first == null || last == null ? 0 : last.rateSince(first);
  }

  /** Seconds of a call, in the mean. */
  double latency() {
    return first == null || last == null ? 0 : last.latencySince(first);
  }

  /** Permits in use, in the mean. */
  double callers() {
    return looks == 0 ? 0 : (double) callers / looks;
  }
}
