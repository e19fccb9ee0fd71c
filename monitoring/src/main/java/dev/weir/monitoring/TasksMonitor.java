package dev.weir.monitoring;

import dev.weir.gate.GateSnapshot;
import dev.weir.gate.LaneSnapshot;
import dev.weir.monitoring.TaskTroubles.Finding;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.TasksSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether background work keeps up and is well: nothing refused, left out or failed for good since
 * the check before, no queue nearly full, no task stuck, no loop in trouble, no circuit open. Never
 * down.
 */
final class TasksMonitor implements HealthMonitor {

  private static final String NAME = "tasks";
  private static final int DEEP_PERCENT = 80;

  private final BackgroundTaskManager tasks;
  private final TaskTroubles troubles;
  private long rejectedBefore;
  private long lateBefore;

  TasksMonitor(BackgroundTaskManager tasks) {
    this.tasks = tasks;
    this.troubles = new TaskTroubles(tasks);
    TasksSnapshot start = tasks.snapshot();
    this.rejectedBefore = start.rejected();
    this.lateBefore = start.lateSchedules();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Kind kind() {
    return Kind.DEPENDENCY;
  }

  @Override
  public Health check() {
    TasksSnapshot now = tasks.snapshot();
    long rejected = now.rejected() - rejectedBefore;
    long late = now.lateSchedules() - lateBefore;
    rejectedBefore = now.rejected();
    lateBefore = now.lateSchedules();
    var findings = new ArrayList<Finding>();
    if (rejected > 0) {
      findings.add(
          new Finding(
              "%d submissions were refused since the check before".formatted(rejected),
              "submit less at once, or raise bulkheads.<name>.queue or bulkheads.<name>.limit"));
    }
    if (late > 0) {
      findings.add(
          new Finding(
              "%d ticks of schedules were left out since the check before".formatted(late),
              "let scheduled jobs take less time than their interval, or lengthen the interval"));
    }
    now.bulkheads().forEach(bulkhead -> findDeep(bulkhead, findings));
    findings.addAll(troubles.find());
    Evidence evidence =
        evidence(now, rejected, late).and("dead letters", tasks.deadLetters().size());
    return judged(findings, evidence);
  }

  private static void findDeep(GateSnapshot bulkhead, List<Finding> findings) {
    for (LaneSnapshot lane : bulkhead.lanes()) {
      if (lane.queued() > 0 && lane.queued() * 100L >= lane.queueBound() * (long) DEEP_PERCENT) {
        findings.add(
            new Finding(
                "%d of at most %d tasks wait in bulkhead '%s' (%s)"
                    .formatted(lane.queued(), lane.queueBound(), bulkhead.name(), lane.name()),
                "raise bulkheads.%s.limit (now %d) or bulkheads.%s.queue (now %d)"
                    .formatted(
                        bulkhead.name(), bulkhead.limit(), bulkhead.name(), lane.queueBound())));
      }
    }
  }

  private static Evidence evidence(TasksSnapshot now, long rejected, long late) {
    return Evidence.of("running", now.running())
        .and("queued", now.queued())
        .and("refused", rejected)
        .and("left out", late)
        .and("failed so far", now.failed());
  }

  private static Health judged(List<Finding> findings, Evidence evidence) {
    if (findings.isEmpty()) {
      return new Health.Up(NAME, evidence);
    }
    return new Health.Degraded(
        NAME,
        String.join("; ", findings.stream().map(Finding::cause).toList()),
        evidence,
        String.join("; ", findings.stream().map(Finding::mend).toList()));
  }
}
