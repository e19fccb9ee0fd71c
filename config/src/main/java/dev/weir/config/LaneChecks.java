package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.text.Conversions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is wrong with the values of one lane. Stateless. */
final class LaneChecks {
  static final Duration SHORTEST = Duration.ofMillis(1);
  private static final int HEAVIEST = 1_000;

  // PostgreSQL keeps such a time as whole milliseconds in an int.
  private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

  private LaneChecks() {}

  static void checkShare(Problems problems, int reserved, int limit, int weight) {
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

  /** Of a lane with a login of its own, whose connections nobody else can use. */
  static void checkOwnShare(Problems problems, int reserved, int limit) {
    problems.unless(
        limit != LaneConfig.UNLIMITED,
        "limit",
        Conversions.showLimit(limit),
        "must be a number with a login of its own (%s): so many connections of pool.max are the lane's alone"
            .formatted(problems.path("user")),
        "user");
    problems.unless(
        reserved <= 0,
        "reserved",
        reserved,
        "must be 0 with a login of its own (%s), whose connections are all kept for the lane"
            .formatted(problems.path("user")),
        "user");
  }

  static void checkQueueBound(Problems problems, int queueBound) {
    problems.unless(
        queueBound >= 0, "queue-bound", queueBound, "must be at least 0, or \"unlimited\"");
  }

  static void checkTime(Problems problems, String key, @Nullable Duration time) {
    problems.unless(
        time == null || time.compareTo(SHORTEST) >= 0,
        key,
        time,
        "must be at least 1ms, or \"none\"");
    problems.unless(
        time == null || time.compareTo(LONGEST) <= 0,
        key,
        time,
        "must be at most %s (about 24 days), or \"none\"".formatted(Conversions.show(LONGEST)));
  }

  static void checkRole(Problems problems, @Nullable String role) {
    problems.unless(
        role == null || (!role.isBlank() && role.indexOf('\0') < 0),
        "role",
        role,
        "must be the name of a role of the database");
  }
}
