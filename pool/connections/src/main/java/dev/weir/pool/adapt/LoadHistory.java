package dev.weir.pool.adapt;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last ten minutes, second by second: how many connections were in use, how many calls ended
 * and what they took. Fixed memory. Safe for use by many threads.
 */
public final class LoadHistory {

  /** How far it goes back, in seconds. */
  static final int SECONDS = 600;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int FEWEST_CALLS = 10;
  private static final double NEARLY_ALL = 0.95;

  private final Second[] ring = new Second[SECONDS];
  private int next;
  private int size;

  private @Nullable Reading last;
  private int busiest;
  private int waiting;
  private int looks;

  /**
   * One second.
   *
   * @param busiest most permits in use at any look
   * @param waited share of the looks at which callers waited for a permit, 0 to 1
   * @param rate calls a second
   * @param latency seconds of a call in the mean; 0 if too few ended to say
   * @param concurrency calls under way in the mean
   */
  record Second(int busiest, double waited, double rate, double latency, double concurrency) {}

  /**
   * What was seen now.
   *
   * @return whether a second has ended with it
   */
  public synchronized boolean look(Reading now) {
    Reading start = last;
    if (start == null || now.epoch() != start.epoch()) {
      begin(now);
      return false;
    }
    looks++;
    busiest = Math.max(busiest, now.inUse());
    waiting += now.isBinding() ? 1 : 0;
    if (now.nanos() - start.nanos() < SECOND) {
      return false;
    }
    boolean tells = now.answered() - start.answered() >= FEWEST_CALLS;
    add(
        new Second(
            busiest,
            (double) waiting / looks,
            now.rateSince(start),
            tells ? now.latencySince(start) : 0,
            now.concurrencySince(start)));
    begin(now);
    return true;
  }

  private void begin(Reading now) {
    last = now;
    busiest = 0;
    waiting = 0;
    looks = 0;
  }

  private void add(Second second) {
    ring[next] = second;
    next = (next + 1) % SECONDS;
    size = Math.min(SECONDS, size + 1);
  }

  /** Seconds that it knows, ten minutes at most. */
  synchronized int seconds() {
    return size;
  }

  /** The last so many seconds, the newest first. */
  synchronized Stream<Second> latest(int seconds) {
    int known = Math.min(seconds, size);
    var found = new Second[known];
    for (int i = 0; i < known; i++) {
      found[i] = ring[Math.floorMod(next - 1 - i, SECONDS)];
    }
    return Arrays.stream(found);
  }

  /** The number of connections that were enough in 95 of 100 of the last so many seconds. */
  int needed(int seconds) {
    return (int) Math.ceil(quantile(latest(seconds), Second::busiest, NEARLY_ALL));
  }

  /** In how many of 100 of the last so many seconds callers waited at half of the looks or more. */
  double waited(int seconds) {
    return 100 * latest(seconds).mapToDouble(it -> it.waited() >= 0.5 ? 1 : 0).average().orElse(0);
  }

  /** Calls a second in the mean. */
  double rate(int seconds) {
    return latest(seconds).mapToDouble(Second::rate).average().orElse(0);
  }

  /** Seconds of a call: the middle of those seconds that say it; 0 if none does. */
  double latency(int seconds) {
    return quantile(latest(seconds).filter(it -> it.latency() > 0), Second::latency, 0.5);
  }

  /** Seconds of a call in the best of times: only 5 of 100 seconds had a shorter one. */
  double shortLatency() {
    return quantile(latest(SECONDS).filter(it -> it.latency() > 0), Second::latency, 0.05);
  }

  /** Calls a second in the best of times: only 5 of 100 seconds had more. */
  double highRate() {
    return quantile(latest(SECONDS), Second::rate, NEARLY_ALL);
  }

  private static double quantile(
      Stream<Second> seconds, ToDoubleFunction<Second> figure, double share) {
    double[] sorted = seconds.mapToDouble(figure).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(int) Math.floor(share * (sorted.length - 1))];
  }
}
