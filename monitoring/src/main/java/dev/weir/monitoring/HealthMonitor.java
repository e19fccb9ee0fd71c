package dev.weir.monitoring;

import java.time.Duration;
import java.util.Optional;

/**
 * Checks one thing. Given to the builder or found by {@link java.util.ServiceLoader}.
 *
 * <p>Never called by two threads at once, but by another one each time. {@link #check()} may block:
 * it runs as a system task of its own, inside a {@link dev.weir.gate.Deadline}, and is interrupted
 * at the end of its time.
 */
public interface HealthMonitor {

  /** What it is called in reports; unique among all monitors; asked for at the start. */
  String name();

  /** What its findings mean for the service; asked for at the start. */
  Kind kind();

  /** Time from one check to the next; empty for {@code health.interval}; asked for at the start. */
  default Optional<Duration> interval() {
    return Optional.empty();
  }

  /**
   * Looks, and tells what it found.
   *
   * @throws Exception whatever goes wrong: it counts as down, with the exception's text as cause
   */
  Health check() throws Exception;

  /** What findings mean. */
  enum Kind {
    /**
     * Down means that only a restart helps. It must not look at anything outside this process:
     * restarting does not mend a dependency.
     */
    LIVENESS,
    /** Down means that the service cannot do its work now. */
    READINESS,
    /** Shown, but not part of any overall status. */
    INFORMATIONAL
  }
}
