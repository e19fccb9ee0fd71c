package dev.weir.tasks;

import java.time.Instant;
import java.util.Optional;

/** A job that runs by a {@link Schedule}. Safe for use by many threads. */
public interface ScheduleHandle {

  /** The name of each of its runs. */
  String name();

  /** Ends the schedule. A run that is going on ends by itself. Further calls do nothing. */
  void cancel();

  /** Runs begun so far. */
  long runs();

  /** Runs that threw. */
  long failures();

  /** Ticks left out because the run before was still going or the machine was asleep. */
  long skipped();

  /** The next tick; empty once cancelled. */
  Optional<Instant> next();
}
