package dev.weir.monitoring.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is to stand back while the budget of an objective burns: as long as its fast rule fires, and
 * for a calm time after it, the lanes admit nobody and the schedules start nothing. Then all is
 * undone. Nothing of it happens unless a service asks for it. Immutable.
 *
 * <pre>{@code
 * BudgetPolicy.protecting("checkout-works").shedding("batch").pausing("nightly-report");
 * }</pre>
 *
 * @param slo the name of the objective
 * @param lanes lanes of the pool that refuse with {@link
 *     dev.weir.gate.AdmissionRejectedException.Reason#PAUSED}
 * @param schedules schedules that are paused
 * @param calm how long the rule must have been silent before all is undone
 */
public record BudgetPolicy(String slo, List<String> lanes, List<String> schedules, Duration calm) {

  private static final Duration USUAL_CALM = Duration.ofMinutes(1);

  /**
   * A policy.
   *
   * @throws IllegalArgumentException if the calm time is negative
   */
  public BudgetPolicy {
    Objects.requireNonNull(slo, "slo");
    lanes = List.copyOf(lanes);
    schedules = List.copyOf(schedules);
    if (calm.isNegative()) {
      throw new IllegalArgumentException(
          "The calm time of the policy for '%s' is %s; it must not be negative."
              .formatted(slo, calm));
    }
  }

  /** A policy that does nothing yet. */
  public static BudgetPolicy protecting(String slo) {
    return new BudgetPolicy(slo, List.of(), List.of(), USUAL_CALM);
  }

  /** The same, with one more lane that stands back. */
  public BudgetPolicy shedding(String lane) {
    return new BudgetPolicy(slo, with(lanes, lane), schedules, calm);
  }

  /** The same, with one more schedule that stands back. */
  public BudgetPolicy pausing(String schedule) {
    return new BudgetPolicy(slo, lanes, with(schedules, schedule), calm);
  }

  /** The same with another calm time. */
  public BudgetPolicy calm(Duration calm) {
    return new BudgetPolicy(slo, lanes, schedules, calm);
  }

  private static List<String> with(List<String> some, String more) {
    var all = new ArrayList<>(some);
    all.add(more);
    return all;
  }
}
