package dev.weir.tasks;

import dev.weir.gate.GateSnapshot;
import dev.weir.tasks.TaskListener.Outcome;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** An engine's figures, striped so that counting costs the same under load. */
final class Counts {

  final LongAdder submitted = new LongAdder();
  final LongAdder started = new LongAdder();
  final LongAdder rejected = new LongAdder();
  final LongAdder lateTicks = new LongAdder();

  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder stopped = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  void ended(Outcome outcome) {
    switch (outcome) {
      case SUCCEEDED -> succeeded.increment();
      case FAILED -> failed.increment();
      case CANCELLED, TIMED_OUT -> stopped.increment();
    }
  }

  void dropped() {
    dropped.increment();
  }

  long endedByThemselves() {
    return succeeded.sum() + failed.sum();
  }

  /** Reads what comes last in a task's life first, so that no difference is negative. */
  TasksSnapshot snapshot(List<GateSnapshot> bulkheads) {
    long good = succeeded.sum();
    long bad = failed.sum();
    long interrupted = stopped.sum();
    long never = dropped.sum();
    long begun = started.sum();
    long all = submitted.sum();
    return new TasksSnapshot(
        all,
        begun - good - bad - interrupted,
        all - begun - never,
        good,
        bad,
        interrupted + never,
        rejected.sum(),
        bulkheads,
        lateTicks.sum());
  }
}
