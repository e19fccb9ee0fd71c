package dev.weir.monitoring;

import java.time.Duration;
import java.util.Optional;

/**
 * Checks one thing. Given to the builder or found by {@link java.util.ServiceLoader}.
 *
 * <p>Never called by two threads at once, but by another one each time. {@link #check()} may block:
 * it runs as a system task of its own, inside a {@link dev.weir.gate.Deadline}, and is interrupted
 * at the end of its time. One that is {@link AutoCloseable} is closed with the registry.
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
   * Time a check may take, no longer than its interval; empty for {@code health.timeout}, or for
   * the interval if that is shorter; asked for at the start.
   */
  default Optional<Duration> timeout() {
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
    /**
     * Down means that this instance cannot do its work now and others may: it is not ready, unless
     * {@code health.readiness} names other monitors.
     */
    READINESS,
    /**
     * Down means that something the service needs fails, most likely for all instances at once. It
     * counts for the overall status, and for readiness only if {@code health.readiness} names it.
     */
    DEPENDENCY,
    /** Shown, but not part of any overall status. */
    INFORMATIONAL
  }
}
