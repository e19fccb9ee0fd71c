package dev.weir.gate;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What keeps retries from multiplying an outage: of all traffic only a fraction may be retries.
 *
 * <p>Each first try earns a part of a retry, each retry spends a whole one; what is earned while
 * all goes well is kept up to a bound, for the moment when it does not. Safe for use by any number
 * of threads.
 */
public final class RetryBudget {

  private final int firstTriesPerRetry;
  private final int most;
  private final AtomicInteger parts;

  private RetryBudget(int firstTriesPerRetry, int burst) {
    this.firstTriesPerRetry = firstTriesPerRetry;
    this.most = Math.multiplyExact(firstTriesPerRetry, burst);
    this.parts = new AtomicInteger(most);
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
    return new RetryBudget(firstTriesPerRetry, burst);
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
    int before;
    do {
      before = parts.get();
      if (before < firstTriesPerRetry) {
        return false;
      }
    } while (!parts.compareAndSet(before, before - firstTriesPerRetry));
    return true;
  }

  /** How many retries could be made now. */
  public int left() {
    return parts.get() / firstTriesPerRetry;
  }

  @Override
  public String toString() {
    return "%d retries left, one more for every %d first tries, at most %d"
        .formatted(left(), firstTriesPerRetry, most / firstTriesPerRetry);
  }
}
