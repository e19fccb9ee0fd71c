package dev.weir.pool.adapt;

/**
 * How far something may go. Immutable.
 *
 * @param least at least 1
 * @param most not below the least
 */
public record Bounds(int least, int most) {

  /** Puts the most above the least if it is not. */
  public Bounds {
    least = Math.max(1, least);
    most = Math.max(least, most);
  }

  int clamp(double value) {
    return Math.clamp(Math.round(value), least, most);
  }
}
