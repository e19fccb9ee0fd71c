package dev.weir.gate;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * How often something is tried, after which failures, and how long to wait between two tries.
 *
 * <p>Before the second try the wait is chance's choice between nothing and {@code first}, and the
 * upper end doubles with each further try up to {@code cap}: full jitter, so that those who failed
 * together do not come back together. It does not wait by itself; whoever does asks it. Immutable,
 * safe to share between threads.
 *
 * @param attempts how often in all, the first try included; 1 for no retry, at most {@value
 *     #MOST_ATTEMPTS}: what is never to end is no retry
 * @param first the longest wait before the second try
 * @param cap the longest wait before any
 * @param after the failures after which there is another try
 */
public record Retry(int attempts, Duration first, Duration cap, Predicate<Throwable> after) {

  /** The most attempts that a plan may have. */
  public static final int MOST_ATTEMPTS = 1_000;

  private static final int USUAL_ATTEMPTS = 3;

  /** Doubling more often would overflow, and no cap is that long. */
  private static final int MOST_DOUBLINGS = 40;

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Predicate<Throwable> EXCEPTIONS = Exception.class::isInstance;
  private static final Retry NEVER = new Retry(1, Duration.ZERO, Duration.ZERO, EXCEPTIONS);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if there is no attempt or more than {@value #MOST_ATTEMPTS},
   *     or if not 0 &lt;= first &lt;= cap &lt;= 1 day
   */
  public Retry {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(cap, "cap");
    Objects.requireNonNull(after, "after");
    if (attempts < 1 || attempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException(
          "attempts = %d: must be at least 1, the first try, and at most %d: what is to go on for ever is no retry, but a loop or a schedule"
              .formatted(attempts, MOST_ATTEMPTS));
    }
    if (first.isNegative() || cap.compareTo(first) < 0 || cap.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "The waits between tries begin at %s and end at %s: they must begin at 0 or more, not end below that, and end at a day or less."
              .formatted(first, cap));
    }
  }

  /** Tried once. */
  public static Retry never() {
    return NEVER;
  }

  /**
   * Three tries, with waits of up to {@code first}, twice that, and so on up to {@code cap}, after
   * any {@link Exception}; an {@link Error} ends it.
   *
   * @throws IllegalArgumentException if not 0 &lt;= first &lt;= cap &lt;= 1 day
   */
  public static Retry exponential(Duration first, Duration cap) {
    return new Retry(USUAL_ATTEMPTS, first, cap, EXCEPTIONS);
  }

  /**
   * The same with so many tries in all.
   *
   * @throws IllegalArgumentException if there is not even one, or more than {@value #MOST_ATTEMPTS}
   */
  public Retry attempts(int attempts) {
    return new Retry(attempts, first, cap, after);
  }

  /** The same after failures of these classes alone, those that extend them included. */
  @SafeVarargs
  public final Retry on(Class<? extends Throwable>... failures) {
    Predicate<Throwable> any = _ -> false;
    for (Class<? extends Throwable> failure : failures) {
      any = any.or(failure::isInstance);
    }
    return after(any);
  }

  /** The same, but not after failures of these classes, nor of those that extend them. */
  @SafeVarargs
  public final Retry except(Class<? extends Throwable>... failures) {
    Predicate<Throwable> rest = after;
    for (Class<? extends Throwable> failure : failures) {
      rest = rest.and(it -> !failure.isInstance(it));
    }
    return after(rest);
  }

  /** The same after failures for which this holds alone; it must be quick and must not throw. */
  public Retry after(Predicate<Throwable> after) {
    return new Retry(attempts, first, cap, after);
  }

  /**
   * Whether there is another try.
   *
   * @param failed how many have failed
   */
  public boolean allows(int failed) {
    return failed < attempts;
  }

  /**
   * Whether there is another try after this failure.
   *
   * @param failed how many have failed, this one included
   */
  public boolean allows(int failed, Throwable failure) {
    return allows(failed) && after.test(failure);
  }

  /**
   * How long to wait before the next try.
   *
   * @param failed how many have failed, at least 1
   * @param random decides; the same numbers from it give the same waits
   * @throws IllegalArgumentException if none has failed
   */
  public Duration delay(int failed, RandomGenerator random) {
    if (failed < 1) {
      throw new IllegalArgumentException(
          "failed = %d: there is nothing to wait for before the first try".formatted(failed));
    }
    long upper = upperNanos(failed);
    return upper == 0 ? Duration.ZERO : Duration.ofNanos(random.nextLong(upper + 1));
  }

  private long upperNanos(int failed) {
    double doubled = Math.scalb((double) first.toNanos(), Math.min(failed - 1, MOST_DOUBLINGS));
    return Math.min(cap.toNanos(), (long) doubled);
  }
}
