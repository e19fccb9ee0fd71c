package dev.weir.tasks;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What became of the tasks that were there when the manager drained or closed. Immutable.
 *
 * @param drained tasks that ended by themselves in time
 * @param interrupted names of the tasks that were running when time ran out and were interrupted
 * @param unstarted names of the tasks that were still queued then and will never run
 * @param left the tasks whose bodies had not ended at the return, with their stacks of that moment
 * @param took how long it took
 */
public record ShutdownReport(
    long drained,
    List<String> interrupted,
    List<String> unstarted,
    List<TaskInfo> left,
    Duration took) {

  /** Copies the lists. */
  public ShutdownReport {
    interrupted = List.copyOf(interrupted);
    unstarted = List.copyOf(unstarted);
    left = List.copyOf(left);
    Objects.requireNonNull(took, "took");
  }

  /** Whether every task ended by itself. */
  public boolean isClean() {
    return interrupted.isEmpty() && unstarted.isEmpty() && left.isEmpty();
  }
}
