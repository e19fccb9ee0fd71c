package dev.weir.monitoring.slo;

import dev.weir.monitoring.slo.window.Ring;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A service level objective: of the calls of a subject, over a window of time, that share shall be
 * good. Valid once it exists: all problems are told at once. Immutable.
 *
 * <pre>{@code
 * Slo.errors("checkout-works", Subject.operation("checkout")).target(0.999);
 * Slo.latency("sessions-fast", Subject.lane("interactive"), Duration.ofMillis(200)).target(0.99);
 * }</pre>
 *
 * <p>An objective about errors calls good what succeeded. One about latency calls good what
 * succeeded within its bound and bad what took longer, however that ended; what failed sooner is
 * left out, for a quick failure is no quick answer and the errors' business. Cancelled tasks count
 * for neither.
 *
 * @param name its name, for reports, alerts and metrics; 1 to 64 characters
 * @param subject whose calls
 * @param bound the longest a good call takes; null for an objective about errors
 * @param target the share of good calls, above 0 and below 1
 * @param window over what time, 1 hour to 90 days
 * @param leastFailures bad calls in a rule's long window below which the rule keeps silent, at
 *     least 1: with few calls a single one would look like a fire
 */
public record Slo(
    String name,
    Subject subject,
    @Nullable Duration bound,
    double target,
    Duration window,
    int leastFailures) {

  private static final double USUAL_TARGET = 0.99;
  private static final Duration USUAL_WINDOW = Duration.ofDays(30);
  private static final int USUAL_LEAST_FAILURES = 3;
  private static final Duration SHORTEST = Duration.ofHours(1);
  private static final int LONGEST_NAME = 64;

  /**
   * An objective.
   *
   * @throws IllegalArgumentException with every problem, if there is any
   */
  public Slo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(window, "window");
    List<String> problems = problems(name, subject, bound, target, window, leastFailures);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "SLO '%s': %s.".formatted(name, String.join("; ", problems)));
    }
  }

  private static List<String> problems(
      String name,
      Subject subject,
      @Nullable Duration bound,
      double target,
      Duration window,
      int leastFailures) {
    var problems = new ArrayList<String>();
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      problems.add("its name must have 1 to 64 characters");
    }
    if (subject.name().isBlank()) {
      problems.add("its subject has no name");
    }
    if (bound != null && !bound.isPositive()) {
      problems.add("bound = %s must be positive".formatted(bound));
    }
    if (!(target > 0 && target < 1)) {
      problems.add(
          "target = %s must be above 0 and below 1, such as 0.999: nothing is good always"
              .formatted(target));
    }
    if (window.compareTo(SHORTEST) < 0 || window.compareTo(Ring.LONGEST) > 0) {
      problems.add("window = %s must be 1 hour to 90 days".formatted(window));
    }
    if (leastFailures < 1) {
      problems.add("leastFailures = %d must be at least 1".formatted(leastFailures));
    }
    return problems;
  }

  /** Calls shall succeed: 99 % of them over 30 days. */
  public static Slo errors(String name, Subject subject) {
    return new Slo(name, subject, null, USUAL_TARGET, USUAL_WINDOW, USUAL_LEAST_FAILURES);
  }

  /** Calls shall end within {@code bound}: 99 % of them over 30 days. */
  public static Slo latency(String name, Subject subject, Duration bound) {
    return new Slo(
        name,
        subject,
        Objects.requireNonNull(bound, "bound"),
        USUAL_TARGET,
        USUAL_WINDOW,
        USUAL_LEAST_FAILURES);
  }

  /** The same with another target. */
  public Slo target(double target) {
    return new Slo(name, subject, bound, target, window, leastFailures);
  }

  /** The same over another window. */
  public Slo window(Duration window) {
    return new Slo(name, subject, bound, target, window, leastFailures);
  }

  /** The same with another floor of failures. */
  public Slo leastFailures(int leastFailures) {
    return new Slo(name, subject, bound, target, window, leastFailures);
  }

  /** Whether it is about how long calls take. */
  public boolean isAboutLatency() {
    return bound != null;
  }

  /** What it asks for, in words; counts of one that asks for something else do not fit it. */
  public String objective() {
    return subject.text() + (bound == null ? " succeed" : " within " + bound);
  }

  String targetText() {
    return BigDecimal.valueOf(100 * target)
        .setScale(4, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** The rules that make sense within its window. */
  List<BurnRule> rules() {
    return BurnRule.standard().stream()
        .filter(rule -> rule.longWindow().compareTo(window) <= 0)
        .toList();
  }
}
