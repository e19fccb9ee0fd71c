package dev.weir.tasks.failure;

import java.time.Duration;

/**
 * Thrown by a task's body that asks to run again later: no failure, no attempt, and until then
 * neither a thread nor a permit. The task's deadline still counts. It carries no stack trace.
 */
public final class Snooze extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Duration time;

  private Snooze(Duration time) {
    super("asks to run again in " + time, null, false, false);
    this.time = time;
  }

  /**
   * To be thrown.
   *
   * @param time from now, positive
   * @throws IllegalArgumentException if it is not
   */
  public static Snooze in(Duration time) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException("snooze: %s must be positive".formatted(time));
    }
    return new Snooze(time);
  }

  /** How long from now. */
  public Duration time() {
    return time;
  }
}
