package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.text.Conversions;
import java.time.Duration;
import java.util.Objects;

/**
 * How often health is checked, and how long a check may take. Valid once it exists: all problems
 * are told at once. Immutable.
 *
 * @param interval time from one check to the next ({@code health.interval})
 * @param timeout time a check may take, no longer than the interval ({@code health.timeout})
 */
public record HealthConfig(Duration interval, Duration timeout) {
  /**
   * Health checks.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public HealthConfig {
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(timeout, "timeout");
    Problems problems = Problems.ofCode("health");
    check(problems, interval, timeout);
    problems.throwIfAny();
  }

  /** Every ten seconds, each check in two. */
  public static HealthConfig defaults() {
    return new HealthConfig(Duration.ofSeconds(10), Duration.ofSeconds(2));
  }

  static void check(Problems problems, Duration interval, Duration timeout) {
    problems.unlessTime("interval", interval);
    problems.unlessTime("timeout", timeout);
    problems.unless(
        timeout.compareTo(interval) <= 0,
        "timeout",
        timeout,
        "must not be longer than health.interval (" + Conversions.show(interval) + ")",
        "interval");
  }

  /** The same with another interval. */
  public HealthConfig interval(Duration interval) {
    return new HealthConfig(interval, timeout);
  }

  /** The same with another timeout. */
  public HealthConfig timeout(Duration timeout) {
    return new HealthConfig(interval, timeout);
  }
}
