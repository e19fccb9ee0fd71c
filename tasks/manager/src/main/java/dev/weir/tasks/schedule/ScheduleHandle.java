package dev.weir.tasks.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A job that runs by a {@link Schedule}. Safe for use by many threads. */
public interface ScheduleHandle {

  /** The name of each of its runs. */
  String name();

  /** What it runs by. */
  Schedule schedule();

  /** Ends the schedule. A run that is going on ends by itself. Further calls do nothing. */
  void cancel();

  /**
   * Lets no run begin until {@link #resume()}, except by {@link #runNow()}; one that is going on
   * ends by itself. Runs that were to follow it at once are left out. Nothing if it is paused.
   */
  void pause();

  /**
   * Goes on with the first tick after this moment; what passed during the pause is neither made up
   * nor counted. A delay is waited for anew. Nothing if it is not paused.
   */
  void resume();

  /** Whether it is paused. */
  boolean isPaused();

  /**
   * Runs the job now, as a tick of this moment would: the overlap policy decides what happens if a
   * run is going on. The ticks stay where they are. Works while paused.
   *
   * @return false if it was left out
   * @throws IllegalStateException if the schedule has ended
   */
  boolean runNow();

  /** Runs begun or queued so far. */
  long runs();

  /** Runs that threw. */
  long failures();

  /**
   * Ticks left out: because the run before was still going, because the machine was asleep, or
   * because the bulkhead refused. More than a thousand cron ticks missed at once count as so many.
   */
  long skipped();

  /** The run that ended last. */
  Optional<ScheduledRun> last();

  /**
   * The next tick, to which the run is late by its jitter; empty once cancelled, while paused, and
   * for a delay while a run is going on.
   */
  Optional<Instant> next();

  /**
   * The next ticks, as the clock stands now, in order: at most {@code n}, for a delay at most one.
   *
   * @throws IllegalArgumentException if n is negative
   */
  List<Instant> next(int n);
}
