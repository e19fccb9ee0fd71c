package dev.weir.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * One change of a monitor's status. Immutable.
 *
 * @param monitor whose
 * @param from the status before; unknown for the first finding of all
 * @param to the status since
 * @param at when it changed
 * @param cause why it is not up since; empty if it is
 * @param lasted how long it had been as before, by the monotonic clock
 */
public record HealthChange(
    String monitor,
    Health.Status from,
    Health.Status to,
    Instant at,
    String cause,
    Duration lasted) {

  /** Checks that nothing is null. */
  public HealthChange {
    Objects.requireNonNull(monitor, "monitor");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(lasted, "lasted");
  }
}
