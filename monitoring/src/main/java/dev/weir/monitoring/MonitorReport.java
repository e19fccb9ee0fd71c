package dev.weir.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * What is known of one monitor. Immutable.
 *
 * @param name its name
 * @param kind what its findings mean
 * @param health what its last check found, or why that is not to be relied on
 * @param checkedAt when its last check ended; when watching began if none has yet
 * @param age time since then, by the monotonic clock
 * @param duration how long that check took, zero if there was none
 */
public record MonitorReport(
    String name,
    HealthMonitor.Kind kind,
    Health health,
    Instant checkedAt,
    Duration age,
    Duration duration) {

  /** Checks that nothing is null. */
  public MonitorReport {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(checkedAt, "checkedAt");
    Objects.requireNonNull(age, "age");
    Objects.requireNonNull(duration, "duration");
  }
}
