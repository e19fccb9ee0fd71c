package dev.weir.tasks.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A run of a schedule that has ended. Immutable.
 *
 * @param began when its body began, by the wall clock; if it never did, when that was known
 * @param took how long its body ran; zero if it never began
 * @param ending how it ended
 * @param failure what it threw, untouched, or why it was refused
 */
public record ScheduledRun(
    Instant began, Duration took, Ending ending, Optional<Throwable> failure) {

  /** How a run ends. */
  public enum Ending {
    /** The job returned. */
    SUCCEEDED,
    /** The job threw. */
    FAILED,
    /** It was cancelled before or while it ran. */
    CANCELLED,
    /** Its deadline passed before or while it ran. */
    TIMED_OUT,
    /** Its bulkhead's queue was full: it never began. The next tick tries again. */
    REFUSED
  }
}
