package dev.weir.monitoring.history;

/**
 * Where a series was going in the last 24 hours. Immutable.
 *
 * @param perHour its change in an hour: the median of the slopes between all half-hours (Theil and
 *     Sen), which single outliers do not move
 * @param direction whether that is more than chance, by the test of Mann and Kendall at 1 %
 */
public record Trend(double perHour, Direction direction) {

  /** Where to. */
  public enum Direction {
    /** Down. */
    FALLING,
    /** Nowhere that can be told from chance. */
    FLAT,
    /** Up. */
    RISING
  }
}
