package dev.weir.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * What is known of one monitor. Immutable.
 *
 * @param name its name
 * @param kind what its findings mean
 * @param groups the groups to which it belongs
 * @param health what its checks have found, or why that is not to be relied on
 * @param checkedAt when its last check ended; when watching began if none has yet
 * @param age time since then, by the monotonic clock
 * @param duration how long that check took, zero if there was none
 * @param history how its health came to be what it is
 */
public record MonitorReport(
    String name,
    HealthMonitor.Kind kind,
    Set<HealthGroup> groups,
    Health health,
    Instant checkedAt,
    Duration age,
    Duration duration,
    HealthHistory history) {

  /** Checks that nothing is null. */
  public MonitorReport {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    groups = Set.copyOf(groups);
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(checkedAt, "checkedAt");
    Objects.requireNonNull(age, "age");
    Objects.requireNonNull(duration, "duration");
    Objects.requireNonNull(history, "history");
  }
}
