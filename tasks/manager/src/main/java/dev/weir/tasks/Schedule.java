package dev.weir.tasks;

import java.time.Duration;

/** When a job runs, again and again. Immutable. */
public sealed interface Schedule {

  /**
   * Every {@code interval}, first one interval from now, counted from start to start. A tick that
   * finds the run before it still going is left out and counted; two runs are never under way at
   * once.
   *
   * @throws IllegalArgumentException if the interval is not positive
   */
  static Schedule every(Duration interval) {
    return new Every(interval);
  }

  /**
   * A fixed rate.
   *
   * @param interval from start to start
   */
  record Every(Duration interval) implements Schedule {

    /**
     * Checks the interval.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Every {
      if (!interval.isPositive()) {
        throw new IllegalArgumentException(
            "schedule: interval = %s must be positive".formatted(interval));
      }
    }
  }
}
