package dev.weir.tasks.failure;

import dev.weir.gate.Rate;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many tasks of one limit and key run at once, and how many begin in a time. Immutable; the
 * withers return a changed copy.
 *
 * @param atOnce how many tries run at once; empty for any number
 * @param rate how many tries begin in a time; empty for any number
 * @param queue how many tasks of one priority may wait, 0 or more; one more is refused
 */
public record LimitSettings(OptionalInt atOnce, Optional<Rate> rate, int queue) {

  private static final int USUAL_QUEUE = 10_000;

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException if it limits nothing, or a figure is out of its range
   */
  public LimitSettings {
    Objects.requireNonNull(rate, "rate");
    if ((atOnce.isEmpty() && rate.isEmpty()) || atOnce.orElse(1) < 1 || queue < 0) {
      throw new IllegalArgumentException(
          "limit: atOnce = %s, rate = %s, queue = %d: one of the first two is needed, atOnce must be at least 1 and queue 0 or more"
              .formatted(atOnce, rate, queue));
    }
  }

  /**
   * So many at once; 10,000 of a priority may wait.
   *
   * @throws IllegalArgumentException if it is not at least 1
   */
  public static LimitSettings atOnce(int atOnce) {
    return new LimitSettings(OptionalInt.of(atOnce), Optional.empty(), USUAL_QUEUE);
  }

  /** So many in a time; 10,000 of a priority may wait. */
  public static LimitSettings rate(Rate rate) {
    return new LimitSettings(OptionalInt.empty(), Optional.of(rate), USUAL_QUEUE);
  }

  /** The same, and so many in a time. */
  public LimitSettings andRate(Rate rate) {
    return new LimitSettings(atOnce, Optional.of(rate), queue);
  }

  /**
   * The same with so many waiting.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public LimitSettings queue(int queue) {
    return new LimitSettings(atOnce, rate, queue);
  }
}
