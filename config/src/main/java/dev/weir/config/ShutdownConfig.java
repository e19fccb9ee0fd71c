package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import java.time.Duration;
import java.util.Objects;

/**
 * How Weir stops. Valid once it exists: all problems are told at once. Immutable.
 *
 * @param budget longest time for all steps of the stop together ({@code shutdown.budget})
 * @param hook whether Weir stops by itself when the JVM ends ({@code shutdown.hook})
 * @param signals whether Weir takes the process's signals ({@code shutdown.signals})
 */
public record ShutdownConfig(Duration budget, boolean hook, boolean signals) {
  /**
   * A way to stop.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public ShutdownConfig {
    Objects.requireNonNull(budget, "budget");
    Problems problems = Problems.ofCode("shutdown");
    check(problems, budget);
    problems.throwIfAny();
  }

  /** 25 seconds (Kubernetes grants 30), when the JVM ends; the signals are left to others. */
  public static ShutdownConfig defaults() {
    return new ShutdownConfig(Duration.ofSeconds(25), true, false);
  }

  static void check(Problems problems, Duration budget) {
    problems.unlessTime("budget", budget);
  }

  /** The same with another budget. */
  public ShutdownConfig budget(Duration budget) {
    return new ShutdownConfig(budget, hook, signals);
  }

  /** The same with or without the hook. */
  public ShutdownConfig hook(boolean hook) {
    return new ShutdownConfig(budget, hook, signals);
  }

  /** The same with the signals taken or left to others. */
  public ShutdownConfig signals(boolean signals) {
    return new ShutdownConfig(budget, hook, signals);
  }
}
