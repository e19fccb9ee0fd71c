package dev.weir.tasks.flow;

import dev.weir.tasks.TaskStatus;
import java.time.Duration;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** A group's figures, striped so that counting costs the same under load. */
final class GroupFigures {

  final LongAdder submitted = new LongAdder();
  final LongAdder begun = new LongAdder();

  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder stopped = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder bodies = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAccumulator shortest = new LongAccumulator(Math::min, Long.MAX_VALUE);
  private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

  void done(TaskStatus status, boolean hadBegun) {
    LongAdder where =
        switch (status) {
          case SUCCEEDED -> succeeded;
          case FAILED -> failed;
          default -> hadBegun ? stopped : dropped;
        };
    where.increment();
  }

  void ran(Duration time) {
    bodies.increment();
    nanos.add(time.toNanos());
    shortest.accumulate(time.toNanos());
    longest.accumulate(time.toNanos());
  }

  /**
   * Reads what comes last in a task's life first, so that no difference is negative.
   *
   * @param saidByRunning the sum of what running tasks say of their progress
   */
  GroupSnapshot snapshot(String name, long expected, double saidByRunning) {
    long good = succeeded.sum();
    long bad = failed.sum();
    long interrupted = stopped.sum();
    long never = dropped.sum();
    long started = begun.sum();
    long all = submitted.sum();
    long whole = Math.max(all, expected);
    double come = good + bad + interrupted + never + saidByRunning;
    return new GroupSnapshot(
        name,
        all,
        all - started - never,
        started - good - bad - interrupted,
        good,
        bad,
        interrupted + never,
        whole == 0 ? 0 : Math.min(1, come / whole),
        runTime());
  }

  private GroupSnapshot.RunTime runTime() {
    long count = bodies.sum();
    return count == 0
        ? new GroupSnapshot.RunTime(0, Duration.ZERO, Duration.ZERO, Duration.ZERO)
        : new GroupSnapshot.RunTime(
            count,
            Duration.ofNanos(shortest.get()),
            Duration.ofNanos(nanos.sum() / count),
            Duration.ofNanos(longest.get()));
  }
}
