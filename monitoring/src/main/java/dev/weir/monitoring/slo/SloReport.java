package dev.weir.monitoring.slo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How one objective stands at one moment. Immutable.
 *
 * @param slo the objective
 * @param good calls that kept it, over its window
 * @param bad calls that did not, over its window
 * @param everGood calls that kept it since this process began, for counters
 * @param everBad calls that did not since this process began
 * @param coverage the share of the objective's window in which calls were counted, 0 to 1
 * @param budgetLeft the share of bad calls that may still come, 1 if none came; below zero once
 *     more came than may
 * @param exhaustion the time until none is left if calls go on as in the last hour; zero if none
 *     is, empty if nothing burns
 * @param burns each rule whose long window is not longer than the objective's
 * @param quantiles how long calls took; empty for an objective about errors, or without calls
 */
public record SloReport(
    Slo slo,
    long good,
    long bad,
    long everGood,
    long everBad,
    double coverage,
    double budgetLeft,
    Optional<Duration> exhaustion,
    List<Burn> burns,
    Optional<Quantiles> quantiles) {

  /** Copies the list. */
  public SloReport {
    burns = List.copyOf(burns);
  }

  /** Whether this rule applies now. */
  public boolean isFiring(BurnRule rule) {
    return burns.stream().anyMatch(burn -> burn.firing() && burn.rule().equals(rule));
  }

  /** One line for people. */
  public String line() {
    double share = good + bad == 0 ? 1 : (double) good / (good + bad);
    String firing =
        burns.stream().filter(Burn::firing).map(burn -> burn.rule().name()).toList().toString();
    return String.format(
        Locale.ROOT,
        "%s: %.4f %% of %d good (target %s %%), %.1f %% of the budget left%s%s",
        slo.name(),
        100 * share,
        good + bad,
        slo.targetText(),
        100 * budgetLeft,
        exhaustion.map(time -> ", used up in " + hours(time)).orElse(""),
        "[]".equals(firing) ? "" : ", burning by " + firing);
  }

  private static String hours(Duration time) {
    return String.format(Locale.ROOT, "%.1f h", time.toMillis() / 3_600_000.0);
  }
}
