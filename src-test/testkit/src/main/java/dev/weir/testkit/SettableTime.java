package dev.weir.testkit;

import dev.weir.testkit.time.SettableScheduler;
import dev.weir.testkit.time.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Time that stands still until it is told to advance: a monotonic clock, a wall clock and a
 * scheduler that agree with each other. Safe for any thread; tasks run only on the thread that
 * advances.
 */
public final class SettableTime implements InstantSource {
  private final Timeline timeline;
  private final ScheduledExecutorService scheduler;

  private SettableTime(Instant wall) {
    this.timeline = new Timeline(wall);
    this.scheduler = new SettableScheduler(timeline);
  }

  /** Time whose wall clock shows midnight of 1 January 2026, UTC. */
  public static SettableTime create() {
    return startingAt(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** Time whose wall clock shows this instant. */
  public static SettableTime startingAt(Instant wall) {
    return new SettableTime(wall);
  }

  /**
   * The monotonic clock in nanoseconds, as {@link System#nanoTime()}: only differences mean
   * anything.
   */
  public long nanos() {
    return timeline.nanos();
  }

  /** What the wall clock shows. */
  @Override
  public Instant instant() {
    return timeline.instant();
  }

  /**
   * A scheduler by this time, always the same one. Even a task that is due at once waits for the
   * next {@link #advance(Duration)}, be it by zero. A task that throws ends its own future as with
   * the JDK's scheduler; one given to {@code execute}, which has no future, makes {@code advance}
   * throw. {@code shutdown} lets delayed tasks run when they are due and ends periodic ones; {@code
   * close} drops all.
   */
  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  /**
   * Moves both clocks on and runs what falls due, in the order of due times and then of submission,
   * on this thread; each task sees the clocks at its own due time.
   *
   * @throws IllegalArgumentException if the duration is negative
   * @throws IllegalStateException if called from a task that is being run so, or while another
   *     thread advances
   */
  public void advance(Duration duration) {
    timeline.advance(duration);
  }

  /** Sets the wall clock alone, as an operator or NTP would; nothing falls due by it. */
  public void moveWallClock(Instant to) {
    timeline.moveWallClock(to);
  }
}
