package dev.weir.tasks;

import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.failure.DeadLetter;
import dev.weir.tasks.failure.FailureSettings;
import java.time.Instant;
import java.util.Objects;

/** What an engine does about failure, besides logging it: before, while and after a task runs. */
final class FailureCare {

  final TaskMemory memory;
  final DeadLetters deadLetters;
  final Guards guards;
  final StuckWatch watch;
  private final Engine engine;
  private final TaskListener listener;

  FailureCare(FailureSettings settings, Engine engine, TaskListener listener) {
    this.engine = engine;
    this.listener = listener;
    this.memory = new TaskMemory(settings, engine.parts.clock());
    this.deadLetters = new DeadLetters(settings.deadLetters(), engine::submitted);
    this.guards = new Guards(settings, engine.parts);
    this.watch = new StuckWatch(settings.stuckAfter(), engine, listener);
  }

  /** A task has ended; its work is still there. */
  void ended(LiveTask<?> task, Outcome outcome, long ranNanos) {
    Tries its = task.tries;
    if (its != null) {
      its.over();
    }
    if (outcome == Outcome.FAILED && !(task.work instanceof WatchedWork)) {
      bury(task);
    }
    memory.ended(task, outcome, engine.nanos(), ranNanos);
  }

  private void bury(LiveTask<?> task) {
    Instant now = engine.parts.clock().instant();
    deadLetters.add(
        new DeadLetter(
            task.id(),
            task.name(),
            (Throwable) Objects.requireNonNull(task.outcome),
            task.attempt(),
            now.minus(task.age()),
            now),
        task.task,
        Objects.requireNonNull(task.work));
    listener.buried(task.name());
  }
}
