package dev.weir.gate;

import java.time.Duration;

/**
 * So many in a time. Immutable; the withers return a changed copy.
 *
 * @param permits how many, at least 1
 * @param per in what time, at most a day
 * @param burst how many of them at once, after a pause: in any time there are at most the rate's
 *     share of it and these
 */
public record Rate(int permits, Duration per, int burst) {

  private static final Duration LONGEST = Duration.ofDays(1);

  /** By default as many at once as fall into this part of a second: what timers are late by. */
  private static final long USUAL_BURSTS_PER_SECOND = 20;

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException naming each that is out of its range
   */
  public Rate {
    if (permits < 1
        || burst < 1
        || !per.isPositive()
        || per.compareTo(LONGEST) > 0
        || per.toNanos() / permits < 1) {
      throw new IllegalArgumentException(
          "rate: %d in %s, %d at once: both numbers must be at least 1, the time positive and a day at most, and no more than one in a nanosecond"
              .formatted(permits, per, burst));
    }
  }

  /**
   * So many in that time, the twentieth part of a second's worth at once.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public static Rate of(int permits, Duration per) {
    if (!per.isPositive()) {
      return new Rate(permits, per, 1); // which says what is wrong
    }
    double perSecond = permits * (double) Duration.ofSeconds(1).toNanos() / per.toNanos();
    return new Rate(permits, per, (int) Math.max(1, perSecond / USUAL_BURSTS_PER_SECOND));
  }

  /**
   * So many in a second, the twentieth part of them at once.
   *
   * @throws IllegalArgumentException if it is not at least 1
   */
  public static Rate perSecond(int permits) {
    return of(permits, Duration.ofSeconds(1));
  }

  /**
   * The same rate with so many at once.
   *
   * @throws IllegalArgumentException if it is not at least 1
   */
  public Rate burst(int burst) {
    return new Rate(permits, per, burst);
  }

  /** Nanoseconds from one to the {@code n}-th after it, without a rounding that adds up. */
  long nanosFor(long n) {
    return n / permits * per.toNanos() + n % permits * per.toNanos() / permits;
  }
}
