package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.LiveTask.Submission;
import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.failure.Snooze;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The books of an engine: which of its tasks live, which keys they hold, and whom each step of
 * theirs is told. Safe for use by many threads.
 */
final class TaskBook {

  private static final Logger log = LoggerFactory.getLogger(BackgroundTaskManager.class);

  final Counts counts = new Counts();
  final LiveTasks live = new LiveTasks();

  private final TaskListener listener;
  private final FailureLog failures;
  private final @Nullable FailureCare care;
  private final ConcurrentHashMap<Key, LiveTask<?>> keyed = new ConcurrentHashMap<>();

  /**
   * @param care what is done about failure besides; null for nothing
   */
  TaskBook(TaskListener listener, FailureLog failures, @Nullable FailureCare care) {
    this.listener = listener;
    this.failures = failures;
    this.care = care;
  }

  private record Key(String name, String key) {}

  /** It was accepted. */
  <T extends @Nullable Object> LiveTask<T> submitted(LiveTask<T> run) {
    listener.submitted(run.name());
    return run;
  }

  /**
   * The task that has this one's key and is not done, or else a new one, which the engine admits.
   * Admission happens inside {@code compute}: nobody is given a handle that is refused later.
   */
  @SuppressWarnings("unchecked") // tasks of one name and key are the same work, so of one type
  <T extends @Nullable Object> LiveTask<T> submittedOnce(Engine engine, Submission submission) {
    Task task = submission.task();
    LiveTask<?>[] admitted = {null};
    LiveTask<?> run =
        keyed.compute(
            new Key(task.name(), task.dedupKey().orElseThrow()),
            (_, old) -> {
              if (old != null && !old.status().isDone()) {
                return old;
              }
              admitted[0] = engine.admit(submission);
              return admitted[0];
            });
    return run.equals(admitted[0]) ? submitted((LiveTask<T>) run) : (LiveTask<T>) run;
  }

  /** It was refused. */
  void rejected(Task task, AdmissionRejectedException refusal) {
    counts.rejected.increment();
    listener.rejected(task.name(), refusal.reason());
  }

  /** It had its number when it was refused. */
  void abandoned(LiveTask<?> run) {
    stopAlarm(run);
    counts.abandoned();
    live.remove(run);
  }

  void began(LiveTask<?> run, long waitNanos, boolean first) {
    counts.started.increment();
    if (care != null) {
      care.watch.began();
    }
    if (first) {
      listener.started(run.name(), waitNanos);
    }
  }

  /** A try has ended, and another follows. */
  void paused(LiveTask<?> run, int attempt, Throwable thrown) {
    counts.started.decrement();
    if (!(thrown instanceof Snooze)) {
      listener.retrying(run.name(), attempt, thrown);
    }
  }

  /** Its body has ended. */
  void ended(LiveTask<?> run, Outcome outcome, long ranNanos) {
    if (outcome == Outcome.FAILED && run.outcome instanceof Throwable failure) {
      failures.failed(run.name(), run.id(), failure);
    }
    counts.ended(outcome);
    leave(run, outcome, ranNanos);
  }

  /** It was cancelled before it began. */
  void dropped(LiveTask<?> run, Outcome outcome) {
    counts.dropped();
    leave(run, outcome, 0);
  }

  void failedAfterCancel(LiveTask<?> run, Throwable failure) {
    log.debug("Task '{}' ({}) threw after it was cancelled", run.name(), run.id(), failure);
  }

  private void leave(LiveTask<?> run, Outcome outcome, long ranNanos) {
    freeKey(run);
    stopAlarm(run);
    if (care != null) {
      care.ended(run, outcome, ranNanos);
    }
    Throwable thrown = run.outcome instanceof Throwable failure ? failure : null;
    if (run.work instanceof WatchedWork watched) {
      watched.ended(outcome, thrown);
    }
    listener.finished(run.name(), outcome, ranNanos, outcome == Outcome.FAILED ? thrown : null);
  }

  /** The last thing that happens to a task. */
  void forget(LiveTask<?> run) {
    live.remove(run);
  }

  void freeKey(LiveTask<?> run) {
    if (run.task.dedupKey().isPresent()) {
      keyed.remove(new Key(run.name(), run.task.dedupKey().get()), run);
    }
  }

  private static void stopAlarm(LiveTask<?> run) {
    var alarm = run.alarm;
    if (alarm != null) {
      alarm.cancel(false);
    }
  }
}
