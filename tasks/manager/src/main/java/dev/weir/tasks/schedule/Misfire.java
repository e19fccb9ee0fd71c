package dev.weir.tasks.schedule;

/**
 * What becomes of ticks that nobody could keep, because the machine slept, the process was stopped
 * or the wall clock jumped. Of all ticks found due together at most {@code atMost} runs are made;
 * the others are left out and counted. Immutable.
 *
 * <p>A tick found within a minute of its time, before the next one is due, is on time and runs
 * under every policy. Ticks that pass during a pause are nobody's to make up.
 *
 * @param atMost how many runs; 0 for none but that of a tick on time
 */
public record Misfire(int atMost) {

  private static final int MOST = 1_000;

  /**
   * Checks the figure.
   *
   * @throws IllegalArgumentException if not 0 &lt;= atMost &lt;= 1000
   */
  public Misfire {
    if (atMost < 0 || atMost > MOST) {
      throw new IllegalArgumentException(
          "misfire: atMost = %d must be between 0 and %d".formatted(atMost, MOST));
    }
  }

  /** Missed ticks are left out. */
  public static Misfire skip() {
    return new Misfire(0);
  }

  /** However many were missed, one run makes up for all. The default. */
  public static Misfire runOnce() {
    return new Misfire(1);
  }

  /**
   * One run for each missed tick, one after another, but no more than that.
   *
   * @throws IllegalArgumentException if not 1 &lt;= atMost &lt;= 1000
   */
  public static Misfire catchUp(int atMost) {
    if (atMost < 1) {
      throw new IllegalArgumentException(
          "misfire: catchUp(%d) makes up for nothing; use skip()".formatted(atMost));
    }
    return new Misfire(atMost);
  }
}
