package dev.weir.tasks;

import dev.weir.gate.GateSnapshot;
import java.util.List;

/**
 * A manager's figures, counted since its start unless they say "now". Immutable.
 *
 * <p>At rest, submitted = queued + running + succeeded + failed + cancelled.
 *
 * @param submitted tasks accepted, schedules' runs included
 * @param running tasks whose body runs now, cancelled ones that have not ended included
 * @param queued tasks that wait now
 * @param succeeded tasks whose body returned
 * @param failed tasks whose body threw
 * @param cancelled tasks cancelled before their start, or interrupted and ended
 * @param rejected submissions refused
 * @param bulkheads the gates of the bulkheads used so far, by name
 * @param lateSchedules ticks of schedules that were left out, because the run before was still
 *     going, the machine was asleep or a bulkhead refused
 */
public record TasksSnapshot(
    long submitted,
    long running,
    long queued,
    long succeeded,
    long failed,
    long cancelled,
    long rejected,
    List<GateSnapshot> bulkheads,
    long lateSchedules) {

  /** Copies the list. */
  public TasksSnapshot {
    bulkheads = List.copyOf(bulkheads);
  }
}
