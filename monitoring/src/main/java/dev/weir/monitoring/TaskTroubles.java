package dev.weir.monitoring;

import dev.weir.gate.CircuitSnapshot;
import dev.weir.gate.CircuitSnapshot.State;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.StuckTask;
import dev.weir.tasks.TaskInfo;
import dev.weir.tasks.failure.LoopInfo;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with tasks that run, have failed for good, or are to go on for ever. */
final class TaskTroubles {

  private final BackgroundTaskManager tasks;
  private long deadBefore;

  TaskTroubles(BackgroundTaskManager tasks) {
    this.tasks = tasks;
    this.deadBefore = tasks.deadLetters().arrived();
  }

  /**
   * Something found.
   *
   * @param cause what is so
   * @param mend what to do
   */
  record Finding(String cause, String mend) {}

  List<Finding> find() {
    var found = new ArrayList<Finding>();
    findStuck(found);
    findLingering(found);
    findDead(found);
    tasks.loops().forEach(it -> findLoop(it, found));
    tasks.circuits().forEach(it -> findOpen(it, found));
    return found;
  }

  private void findStuck(List<Finding> found) {
    List<StuckTask> stuck = tasks.stuck();
    if (!stuck.isEmpty()) {
      StuckTask one = stuck.getFirst();
      found.add(
          new Finding(
              "%d tasks run longer than they should, among them '%s' (%d) for %s, %s"
                  .formatted(
                      stuck.size(),
                      one.task().name(),
                      one.task().id(),
                      one.running(),
                      where(one.task())),
              "cancel them by their handles, give their tasks a timeout, or raise Task.stuckAfter (for '%s' now %s)"
                  .formatted(one.task().name(), one.bound())));
    }
  }

  private void findLingering(List<Finding> found) {
    List<TaskInfo> lingering = tasks.lingering();
    if (!lingering.isEmpty()) {
      TaskInfo one = lingering.getFirst();
      found.add(
          new Finding(
              "%d cancelled tasks run on, among them '%s' (%d), %s"
                  .formatted(lingering.size(), one.name(), one.id(), where(one)),
              "let their bodies heed the interrupt; until they end they keep their permits"));
    }
  }

  private static String where(TaskInfo task) {
    List<StackTraceElement> stack = task.stack();
    return stack.isEmpty() ? "now between two calls" : "now at " + stack.getFirst();
  }

  private void findDead(List<Finding> found) {
    long arrived = tasks.deadLetters().arrived();
    if (arrived > deadBefore) {
      found.add(
          new Finding(
              "%d tasks have failed for good since the check before"
                  .formatted(arrived - deadBefore),
              "see tasks.deadLetters() for the reasons; mend them and requeue, or drop"));
    }
    deadBefore = arrived;
  }

  private static void findLoop(LoopInfo loop, List<Finding> found) {
    String last = loop.lastFailure().orElse("unknown");
    switch (loop.state()) {
      case GIVEN_UP ->
          found.add(
              new Finding(
                  "loop '%s' was given up after %d failures in a row, the last: %s"
                      .formatted(loop.name(), loop.inARow(), last),
                  "mend the reason and start the loop again, or stop it"));
      case HUNG ->
          found.add(
              new Finding(
                  "loop '%s' has given no sign of life for %s and heeds no interrupt"
                      .formatted(loop.name(), loop.sinceBeat()),
                  "see tasks.tasks() for its stack; only a restart of the process ends a deaf"
                      + " thread"));
      case RESTARTING ->
          found.add(
              new Finding(
                  "loop '%s' has failed %d times in a row, the last: %s"
                      .formatted(loop.name(), loop.inARow(), last),
                  "mend the reason; the loop is restarted until its policy gives up"));
      case TURNING, RESTING, STOPPED -> {}
    }
    if (loop.leaking()) {
      found.add(
          new Finding(
              "loop '%s' has %d tasks under way that its turns started"
                  .formatted(loop.name(), loop.tasks()),
              "let a turn wait for its tasks, or raise LoopPolicy.mostTasks"));
    }
  }

  private static void findOpen(CircuitSnapshot circuit, List<Finding> found) {
    if (circuit.state() != State.CLOSED) {
      found.add(
          new Finding(
              "circuit '%s' is open: %d of its calls have failed, %d were refused"
                  .formatted(circuit.name(), circuit.failed(), circuit.refused()),
              "mend what its tasks call; it tries again by itself"));
    }
  }
}
