package dev.weir.tasks;

import java.util.Locale;
import java.util.Objects;

/**
 * How far a task says it has come. Immutable.
 *
 * @param fraction of the whole, 0 to 1
 * @param message what it does now, in its own words
 */
public record Progress(double fraction, String message) {

  /** Nothing said yet: 0 and no words. */
  public static final Progress NONE = new Progress(0, "");

  /**
   * Checks the fraction.
   *
   * @throws IllegalArgumentException if it is not a number from 0 to 1
   */
  public Progress {
    Objects.requireNonNull(message, "message");
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "progress: fraction = %s must be from 0 to 1", fraction));
    }
  }
}
