package dev.weir.monitoring.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;

/**
 * How much it takes before an alert fires, and how soon it may fire again. Immutable.
 *
 * @param needed looks that must find it wrong, 1 or more
 * @param of out of so many of the last ones, at most 60; the alert is over once fewer do
 * @param lasting how long it must have been wrong at every look, zero or more
 * @param cooldown time from one word that it fires to the next; meanwhile it fires in silence, and
 *     if it still does at the end the word is said then
 */
public record Hold(int needed, int of, Duration lasting, Duration cooldown) {

  static final int MOST = 60;

  /**
   * A hold.
   *
   * @throws IllegalArgumentException with every problem, if there is any
   */
  public Hold {
    Objects.requireNonNull(lasting, "lasting");
    Objects.requireNonNull(cooldown, "cooldown");
    var problems = new ArrayList<String>();
    if (of < 1 || of > MOST) {
      problems.add("of = %d must be 1 to %d".formatted(of, MOST));
    }
    if (needed < 1 || needed > of) {
      problems.add("needed = %d must be 1 to of (%d)".formatted(needed, of));
    }
    if (lasting.isNegative()) {
      problems.add("lasting = %s must not be negative".formatted(lasting));
    }
    if (cooldown.isNegative()) {
      problems.add("cooldown = %s must not be negative".formatted(cooldown));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Hold: " + String.join("; ", problems) + ".");
    }
  }

  /** At the first look that finds it wrong, as often as it comes. */
  public static Hold atOnce() {
    return new Hold(1, 1, Duration.ZERO, Duration.ZERO);
  }

  /** The same, but {@code needed} of the last {@code of} looks must find it wrong. */
  public Hold outOf(int needed, int of) {
    return new Hold(needed, of, lasting, cooldown);
  }

  /** The same, but it must have been wrong for that long. */
  public Hold lasting(Duration lasting) {
    return new Hold(needed, of, lasting, cooldown);
  }

  /** The same with another time between two words. */
  public Hold cooldown(Duration cooldown) {
    return new Hold(needed, of, lasting, cooldown);
  }
}
