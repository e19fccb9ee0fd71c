package dev.weir.tasks.schedule;

import java.time.Duration;

/** What the ticks of a schedule are counted by. Immutable. */
public sealed interface Timing permits Timing.Every, Timing.Delay, Cron {

  /**
   * A fixed rate, on the monotonic clock: no change of the wall clock moves it.
   *
   * @param interval from tick to tick
   */
  record Every(Duration interval) implements Timing {

    /**
     * Checks the interval.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Every {
      requirePositive("interval", interval);
    }
  }

  /**
   * A pause between runs, on the monotonic clock.
   *
   * @param pause from the end of a run to the start of the next
   */
  record Delay(Duration pause) implements Timing {

    /**
     * Checks the pause.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Delay {
      requirePositive("delay", pause);
    }
  }

  private static void requirePositive(String what, Duration length) {
    if (!length.isPositive()) {
      throw new IllegalArgumentException(
          "schedule: %s = %s must be positive".formatted(what, length));
    }
  }
}
