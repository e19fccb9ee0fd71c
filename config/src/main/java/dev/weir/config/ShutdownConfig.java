package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import java.time.Duration;
import java.util.Objects;

/**
 * How Weir stops. Valid once it exists: all problems are told at once. Immutable.
 *
 * @param budget longest time to let work under way end; closing comes after ({@code
 *     shutdown.budget})
 * @param hook whether Weir stops by itself when the JVM is told to end ({@code shutdown.hook})
 */
public record ShutdownConfig(Duration budget, boolean hook) {
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

  /** 25 seconds for work under way (Kubernetes grants 30 for all), when the JVM is told to end. */
  public static ShutdownConfig defaults() {
    return new ShutdownConfig(Duration.ofSeconds(25), true);
  }

  static void check(Problems problems, Duration budget) {
    problems.unlessTime("budget", budget);
  }

  /** The same with another budget. */
  public ShutdownConfig budget(Duration budget) {
    return new ShutdownConfig(budget, hook);
  }

  /** The same with or without the hook. */
  public ShutdownConfig hook(boolean hook) {
    return new ShutdownConfig(budget, hook);
  }
}
