package dev.weir.monitoring.slo;

import java.time.Duration;
import java.util.List;

/**
 * When the burning of a budget is worth a word: if over both windows it burns that many times as
 * fast as would use it up exactly by the end of the objective's window. The long window says that
 * it matters, the short one that it still goes on. Immutable.
 *
 * <p>The four are those of Google's SRE workbook ("Alerting on SLOs", multiwindow,
 * multi-burn-rate), made for 30 days: 2 % of the budget in an hour, 5 % in six, 10 % in a day, 10 %
 * in three.
 *
 * @param name short, for keys and messages
 * @param severity how soon somebody must look
 * @param factor how many times as fast
 * @param longWindow the longer window
 * @param shortWindow the shorter window, a twelfth of it
 */
public record BurnRule(
    String name, Severity severity, double factor, Duration longWindow, Duration shortWindow) {

  /** The fastest one: 14.4 times over 1 h and 5 min. */
  public static final BurnRule FAST =
      new BurnRule("fast", Severity.PAGE, 14.4, Duration.ofHours(1), Duration.ofMinutes(5));

  private static final List<BurnRule> STANDARD =
      List.of(
          FAST,
          new BurnRule("6h", Severity.PAGE, 6, Duration.ofHours(6), Duration.ofMinutes(30)),
          new BurnRule("1d", Severity.TICKET, 3, Duration.ofDays(1), Duration.ofHours(2)),
          new BurnRule("3d", Severity.TICKET, 1, Duration.ofDays(3), Duration.ofHours(6)));

  /** All four, the fastest first. */
  public static List<BurnRule> standard() {
    return STANDARD;
  }

  /**
   * The rate that counts for an objective: {@link #factor}, but no more than half of what a total
   * outage burns, which for a low target would never be reached.
   */
  public double factor(double target) {
    return Math.min(factor, 0.5 / (1 - target));
  }
}
