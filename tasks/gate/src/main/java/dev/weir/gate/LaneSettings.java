package dev.weir.gate;

import java.util.Objects;

/**
 * How a lane shares its gate. Immutable; the withers return a changed copy.
 *
 * @param name what it is called in snapshots and messages
 * @param reserved permits that no other lane may take, 0 or more
 * @param limit the most permits it may hold, at least 1 and at least {@code reserved}; {@link
 *     Lane#UNLIMITED} leaves it to the gate's limit
 * @param weight its part when several lanes wait: a lane of weight 3 gets three permits for one of
 *     weight 1
 * @param queueBound the most callers that may wait at once, 0 or more
 * @param codel when callers are told no although their time is not up
 * @param advice the sentence that ends the message of a refusal by deadline or full queue: what to
 *     change, by the names of the owner's own settings; empty for one in the gate's words
 */
public record LaneSettings(
    String name, int reserved, int limit, int weight, int queueBound, CoDel codel, String advice) {

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException naming each figure that is out of its range
   */
  public LaneSettings {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(codel, "codel");
    Objects.requireNonNull(advice, "advice");
    var problems = new StringBuilder();
    if (reserved < 0) {
      problems.append(" reserved = ").append(reserved).append(" must be 0 or more;");
    }
    if (limit < 1 || limit < reserved) {
      problems
          .append(" limit = ")
          .append(limit)
          .append(" must be at least 1 and at least reserved;");
    }
    if (weight < 1) {
      problems.append(" weight = ").append(weight).append(" must be at least 1;");
    }
    if (queueBound < 0) {
      problems.append(" queueBound = ").append(queueBound).append(" must be 0 or more;");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("lane '" + name + "':" + problems);
    }
  }

  /**
   * A lane that reserves nothing, has no limit of its own, weight 1, an unbounded queue and {@link
   * CoDel#byBudget()}.
   */
  public static LaneSettings named(String name) {
    return new LaneSettings(name, 0, Lane.UNLIMITED, 1, Integer.MAX_VALUE, CoDel.byBudget(), "");
  }

  /** The same lane with {@code reserved} permits kept for it. */
  public LaneSettings reserved(int reserved) {
    return new LaneSettings(name, reserved, limit, weight, queueBound, codel, advice);
  }

  /** The same lane holding at most {@code limit} permits. */
  public LaneSettings limit(int limit) {
    return new LaneSettings(name, reserved, limit, weight, queueBound, codel, advice);
  }

  /** The same lane with another weight. */
  public LaneSettings weight(int weight) {
    return new LaneSettings(name, reserved, limit, weight, queueBound, codel, advice);
  }

  /** The same lane in which at most {@code queueBound} callers may wait. */
  public LaneSettings queueBound(int queueBound) {
    return new LaneSettings(name, reserved, limit, weight, queueBound, codel, advice);
  }

  /** The same lane under another rule for those who wait too long. */
  public LaneSettings codel(CoDel codel) {
    return new LaneSettings(name, reserved, limit, weight, queueBound, codel, advice);
  }

  /** The same lane whose refusals end with that sentence. */
  public LaneSettings advice(String advice) {
    return new LaneSettings(name, reserved, limit, weight, queueBound, codel, advice);
  }
}
