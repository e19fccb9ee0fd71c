package dev.weir.gate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What keeps retries from multiplying an outage: of all traffic only a fraction may be retries.
 *
 * <p>Each first try earns a part of a retry, each retry spends a whole one; what is earned while
 * all goes well is kept up to a bound, for the moment when it does not. One with {@link #andEvery}
 * earns by time as well, so that who comes seldom may retry too. Safe for use by any number of
 * threads.
 */
public final class RetryBudget {

  private static final long NEVER = Long.MAX_VALUE;

  private final int firstTriesPerRetry;
  private final int most;
  private final AtomicInteger parts;
  private final long everyNanos;
  private final Ticker ticker;

  /** Up to when time has been turned into retries. */
  private final AtomicLong paidUntil;

  private RetryBudget(int firstTriesPerRetry, int most, long everyNanos, Ticker ticker) {
    this.firstTriesPerRetry = firstTriesPerRetry;
    this.most = most;
    this.parts = new AtomicInteger(most);
    this.everyNanos = everyNanos;
    this.ticker = ticker;
    this.paidUntil = new AtomicLong(ticker.nanos());
  }

  /**
   * A budget, full.
   *
   * @param firstTriesPerRetry so many first tries earn one retry
   * @param burst so many retries are kept at most
   * @throws IllegalArgumentException if one of them is less than 1
   */
  public static RetryBudget of(int firstTriesPerRetry, int burst) {
    if (firstTriesPerRetry < 1 || burst < 1) {
      throw new IllegalArgumentException(
          "One retry for %d first tries, at most %d kept: both must be at least 1."
              .formatted(firstTriesPerRetry, burst));
    }
    int most = Math.multiplyExact(firstTriesPerRetry, burst);
    return new RetryBudget(firstTriesPerRetry, most, NEVER, Ticker.SYSTEM);
  }

  /**
   * A budget of the same figures, full, that earns one retry more each time so much has passed.
   *
   * @throws IllegalArgumentException if the time is not positive
   */
  public RetryBudget andEvery(Duration time, Ticker ticker) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException("One retry every %s: must be positive.".formatted(time));
    }
    return new RetryBudget(firstTriesPerRetry, most, time.toNanos(), ticker);
  }

  /** A first try is made. While the budget is full this writes nothing. */
  public void earn() {
    int before = parts.get();
    if (before < most) {
      // Whoever loses this race earns nothing: the budget is a guard, not an account.
      parts.compareAndSet(before, before + 1);
    }
  }

  /** Whether a retry may be made; it is then paid for. */
  public boolean spend() {
    earnByTime();
    int before;
    do {
      before = parts.get();
      if (before < firstTriesPerRetry) {
        return false;
      }
    } while (!parts.compareAndSet(before, before - firstTriesPerRetry));
    return true;
  }

  private void earnByTime() {
    if (everyNanos == NEVER) {
      return;
    }
    long from = paidUntil.get();
    long retries = (ticker.nanos() - from) / everyNanos;
    if (retries > 0 && paidUntil.compareAndSet(from, from + retries * everyNanos)) {
      long earned = Math.min(most, retries) * firstTriesPerRetry;
      parts.updateAndGet(had -> (int) Math.min(most, had + earned));
    }
  }

  /** How many retries could be made now. */
  public int left() {
    earnByTime();
    return parts.get() / firstTriesPerRetry;
  }

  @Override
  public String toString() {
    return "%d retries left, one more for every %d first tries, at most %d"
        .formatted(left(), firstTriesPerRetry, most / firstTriesPerRetry);
  }
}
