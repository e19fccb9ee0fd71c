package dev.weir.gate;

import java.time.Duration;
import java.util.Objects;

/**
 * When a lane tells callers no although their time is not up: controlled delay, after Nichols and
 * Jacobson, "Controlling Queue Delay" (ACM Queue, 2012; RFC 8289).
 *
 * <p>A queue that empties now and then is a good queue, however long it gets for a moment. One in
 * which callers have stood longer than a target for a whole interval, twenty times the target, only
 * adds delay: from then on those above the target are refused, until for an interval nobody was.
 * Meanwhile the newest goes first, which was measured to serve as many callers in half the time.
 * Immutable.
 *
 * @param mode where the target comes from
 * @param target the delay that may stand, used by {@link Mode#FIXED} alone
 * @param order who goes first while callers are being refused
 */
public record CoDel(Mode mode, Duration target, Order order) {

  /** Intervals are this many targets long: 100 ms for 5 ms, as in RFC 8289. */
  static final int INTERVAL = 20;

  /** A caller's budget is this many targets long: 200 ms for 5 ms. */
  static final int BUDGET = 40;

  /** Who brings more time than this is patient: it waits in order until its time is up. */
  static final Duration HURRIED = Duration.ofSeconds(2);

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final long HURRIED_NANOS = HURRIED.toNanos();
  private static final CoDel OFF = new CoDel(Mode.OFF, Duration.ZERO, Order.NEWEST_FIRST);
  private static final CoDel BY_BUDGET =
      new CoDel(Mode.BY_BUDGET, Duration.ZERO, Order.NEWEST_FIRST);

  /**
   * Checks the target.
   *
   * @throws IllegalArgumentException if a fixed target is zero, negative or longer than a day
   */
  public CoDel {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(order, "order");
    if (mode == Mode.FIXED && (!target.isPositive() || target.compareTo(LONGEST) > 0)) {
      throw new IllegalArgumentException(
          "the delay that may stand in a queue must be positive and at most a day, but is "
              + target
              + "; to refuse nobody before its time is up, switch it off");
    }
  }

  /** Nobody is refused before its time is up. */
  public static CoDel off() {
    return OFF;
  }

  /**
   * The target of a caller is a fortieth of the time it brings, if that is 2 s or less; one that
   * brings more is patient and never refused before its time is up.
   */
  public static CoDel byBudget() {
    return BY_BUDGET;
  }

  /** The same target for every caller. */
  public static CoDel above(Duration target) {
    return new CoDel(Mode.FIXED, target, Order.NEWEST_FIRST);
  }

  /** The same with another order. */
  public CoDel order(Order order) {
    return new CoDel(mode, target, order);
  }

  /** The delay that may stand for a caller with that much time; {@link Long#MAX_VALUE}: any. */
  long targetNanos(long budgetNanos) {
    return switch (mode) {
      case OFF -> Long.MAX_VALUE;
      case BY_BUDGET -> budgetNanos <= HURRIED_NANOS ? budgetNanos / BUDGET : Long.MAX_VALUE;
      case FIXED -> target.toNanos();
    };
  }

  /** Where the target comes from. */
  public enum Mode {
    /** There is none. */
    OFF,
    /** From the time each caller brings. */
    BY_BUDGET,
    /** It is the same for all. */
    FIXED
  }

  /** Who goes first while callers are being refused. */
  public enum Order {
    /** Who has waited longest, as always. */
    OLDEST_FIRST,
    /** Who came last. */
    NEWEST_FIRST
  }
}
