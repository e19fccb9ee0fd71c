package dev.weir.tasks.failure;

import dev.weir.gate.Retry;
import java.time.Duration;
import java.util.Objects;

/**
 * How a supervised loop lives on. Immutable; the withers return a changed copy.
 *
 * @param pause from the end of one turn to the start of the next
 * @param restart the waits after turns that failed; after so many failures in a row as it has
 *     attempts the loop is given up
 * @param hangAfter how long a turn may go without a beat before it is interrupted
 * @param mostTasks how many tasks that its turns started may be under way before that is reported
 *     as a leak
 */
public record LoopPolicy(Duration pause, Retry restart, Duration hangAfter, int mostTasks) {

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Retry USUAL =
      Retry.exponential(Duration.ofMillis(200), Duration.ofMinutes(1)).attempts(10);
  private static final Duration USUAL_HANG = Duration.ofMinutes(1);
  private static final int USUAL_TASKS = 1_000;

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException naming each that is out of its range
   */
  public LoopPolicy {
    Objects.requireNonNull(restart, "restart");
    if (!pause.isPositive()
        || pause.compareTo(LONGEST) > 0
        || !hangAfter.isPositive()
        || hangAfter.compareTo(LONGEST) > 0
        || mostTasks < 1) {
      throw new IllegalArgumentException(
          "loop: pause = %s and hangAfter = %s must be positive and a day at most, mostTasks = %d at least 1"
              .formatted(pause, hangAfter, mostTasks));
    }
  }

  /**
   * A loop that rests for {@code pause} between two turns; restarted after 0.2 s at most, then up
   * to a minute; given up after 10 failures in a row; a turn hangs after a minute without a beat.
   *
   * @throws IllegalArgumentException if it is not positive, or longer than a day
   */
  public static LoopPolicy pausing(Duration pause) {
    return new LoopPolicy(pause, USUAL, USUAL_HANG, USUAL_TASKS);
  }

  /** The same, restarted like that. */
  public LoopPolicy restart(Retry restart) {
    return new LoopPolicy(pause, restart, hangAfter, mostTasks);
  }

  /**
   * The same, hanging after that.
   *
   * @throws IllegalArgumentException if it is not positive, or longer than a day
   */
  public LoopPolicy hangAfter(Duration hangAfter) {
    return new LoopPolicy(pause, restart, hangAfter, mostTasks);
  }

  /**
   * The same, leaking with more tasks under way than that.
   *
   * @throws IllegalArgumentException if it is not at least 1
   */
  public LoopPolicy mostTasks(int mostTasks) {
    return new LoopPolicy(pause, restart, hangAfter, mostTasks);
  }
}
