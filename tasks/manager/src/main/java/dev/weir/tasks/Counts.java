package dev.weir.tasks;

import dev.weir.gate.GateSnapshot;
import dev.weir.tasks.TaskListener.Outcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** An engine's figures: as few as say it all, because each one costs every task its time. */
final class Counts {

  /** Tasks that have begun, but for those that wait for their next try. */
  final LongAdder started = new LongAdder();

  final LongAdder rejected = new LongAdder();

  private final AtomicLong ids = new AtomicLong();
  private final LongAdder abandoned = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder stopped = new LongAdder();
  private final LongAdder dropped = new LongAdder();

  /** A submission's number, which counts it as well. */
  long nextId() {
    return ids.incrementAndGet();
  }

  /** A submission that has its number already is refused. */
  void abandoned() {
    abandoned.increment();
  }

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
  TasksSnapshot snapshot(List<GateSnapshot> bulkheads, long lateTicks) {
    long good = succeeded.sum();
    long bad = failed.sum();
    long interrupted = stopped.sum();
    long never = dropped.sum();
    long begun = started.sum();
    long refused = abandoned.sum();
    long all = ids.get() - refused;
    return new TasksSnapshot(
        all,
        begun - good - bad - interrupted,
        all - begun - never,
        good,
        bad,
        interrupted + never,
        rejected.sum(),
        bulkheads,
        lateTicks);
  }
}
