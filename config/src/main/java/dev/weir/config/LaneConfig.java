package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.text.Conversions;

/**
 * The share of connections a lane has. Valid once it exists: all problems are told at once.
 * Immutable.
 *
 * @param reserved permits always kept for the lane: 0 or more ({@code lanes.<name>.reserved})
 * @param limit permits the lane never exceeds: at least 1 and at least {@code reserved}; {@link
 *     #UNLIMITED} for no limit but the pool's ({@code lanes.<name>.limit}, in text {@code
 *     unlimited})
 * @param weight its share of what is not reserved, against the other lanes: 1 to 1,000 ({@code
 *     lanes.<name>.weight})
 */
public record LaneConfig(int reserved, int limit, int weight) {
  /** The limit of a lane that has none of its own: the pool alone limits it. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private static final int HEAVIEST = 1_000;

  /**
   * A lane.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public LaneConfig {
    Problems problems = Problems.ofCode("lanes.<name>");
    check(problems, reserved, limit, weight);
    problems.throwIfAny();
  }

  /** A lane that reserves nothing, has no limit of its own and weighs 1. */
  public static LaneConfig open() {
    return new LaneConfig(0, UNLIMITED, 1);
  }

  static void check(Problems problems, int reserved, int limit, int weight) {
    problems.unless(reserved >= 0, "reserved", reserved, "must be at least 0");
    problems.unless(limit >= 1, "limit", limit, "must be at least 1, or \"unlimited\"");
    problems.unless(
        limit < 1 || limit >= reserved,
        "limit",
        limit,
        "must be at least what the lane reserves (" + reserved + ")",
        "reserved");
    problems.unless(
        weight >= 1 && weight <= HEAVIEST, "weight", weight, "must lie in 1.." + HEAVIEST);
  }

  /** The same with another reserve. */
  public LaneConfig reserved(int reserved) {
    return new LaneConfig(reserved, limit, weight);
  }

  /** The same with another limit; {@link #UNLIMITED} takes it away. */
  public LaneConfig limit(int limit) {
    return new LaneConfig(reserved, limit, weight);
  }

  /** The same with another weight. */
  public LaneConfig weight(int weight) {
    return new LaneConfig(reserved, limit, weight);
  }

  /** Whether the lane has a limit of its own. */
  public boolean limited() {
    return limit != UNLIMITED;
  }

  /** The figures, with {@code unlimited} in words. */
  @Override
  public String toString() {
    return "LaneConfig[reserved=%d, limit=%s, weight=%d]"
        .formatted(reserved, Conversions.showLimit(limit), weight);
  }
}
