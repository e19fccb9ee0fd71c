package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.Lane;
import dev.weir.gate.LaneSettings;
import dev.weir.gate.Ticker;
import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.TaskRun.Submission;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the threads: one virtual thread for each task, once it may run. A task that needs no
 * permit takes no lock on its way in or out.
 */
final class Engine {

  private static final Logger log = LoggerFactory.getLogger(BackgroundTaskManager.class);

  /**
   * What an engine needs from around it.
   *
   * @param callerDeadline the deadline that a submitter hands on to its task
   */
  record Parts(
      ScheduledExecutorService timer,
      InstantSource clock,
      Ticker ticker,
      Supplier<Deadline> callerDeadline,
      List<ContextCarrier> carriers,
      List<TaskListener> listeners) {}

  /** Whose permit a task needs. */
  @FunctionalInterface
  interface Lanes {
    @Nullable Lane of(Task task);
  }

  private record Key(String name, String key) {}

  final Parts parts;
  final Counts counts = new Counts();
  final LiveTasks live = new LiveTasks();
  final Ending ending = new Ending(live, counts);

  private final Lanes lanes;
  private final TaskListener listener;
  private final FailureLog failures;
  private final AtomicLong ids = new AtomicLong();
  private final ConcurrentHashMap<Key, TaskRun<?>> keyed = new ConcurrentHashMap<>();
  private final Set<Ticks> schedules = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Lane shut;

  Engine(Parts parts, Lanes lanes) {
    this.parts = parts;
    this.lanes = lanes;
    this.listener = new SafeListeners(parts.listeners());
    this.failures = new FailureLog(parts.timer(), Engine::offTheTimer);
  }

  long nanos() {
    return parts.ticker().nanos();
  }

  long nextId() {
    return ids.incrementAndGet();
  }

  /**
   * Accepts a task and starts it, or queues it.
   *
   * @throws AdmissionRejectedException if it does not
   */
  <T extends @Nullable Object> TaskRun<T> submit(Task task, Callable<? extends T> work) {
    var submission =
        new Submission<T>(task, work, Context.capture(deadlineOf(task), parts.carriers()));
    try {
      return task.dedupKey().isEmpty()
          ? accept(submission)
          : acceptKeyed(new Key(task.name(), task.dedupKey().get()), submission);
    } catch (AdmissionRejectedException refusal) {
      counts.rejected.increment();
      listener.rejected(task.name(), refusal.reason());
      throw refusal;
    }
  }

  private Deadline deadlineOf(Task task) {
    Deadline callers = parts.callerDeadline().get();
    return task.deadline().isEmpty()
        ? callers
        : Deadline.in(task.deadline().get(), parts.ticker()).sooner(callers);
  }

  private <T extends @Nullable Object> TaskRun<T> accept(Submission<T> submission) {
    TaskRun<T> run = admit(submission);
    listener.submitted(run.name());
    return run;
  }

  /** Admission happens inside {@code compute}: nobody is given a handle that is refused later. */
  @SuppressWarnings("unchecked") // tasks of one name and key are the same work, so of one type
  private <T extends @Nullable Object> TaskRun<T> acceptKeyed(Key key, Submission<T> submission) {
    TaskRun<?>[] fresh = {null};
    TaskRun<?> run =
        keyed.compute(
            key,
            (_, old) -> {
              if (old != null && !old.status().isDone()) {
                return old;
              }
              fresh[0] = admit(submission);
              return fresh[0];
            });
    if (run.equals(fresh[0])) {
      listener.submitted(run.name());
    }
    return (TaskRun<T>) run;
  }

  /** Calls nothing foreign: it may run inside {@code compute}. */
  private <T extends @Nullable Object> TaskRun<T> admit(Submission<T> submission) {
    var run = new TaskRun<T>(this, submission, lanes.of(submission.task()));
    live.add(run); // before the look at shut: a drain sees the task, or the task sees shut
    counts.submitted.increment();
    try {
      refuseIfShut();
      enter(run);
    } catch (Throwable refusal) {
      if (run.abandon()) {
        stopAlarm(run);
        counts.submitted.decrement();
        live.remove(run);
        throw refusal;
      } // else a close has found and cancelled it already, and its handle says so
    }
    return run;
  }

  void refuseIfShut() {
    Lane closed = shut;
    if (closed != null) {
      closed.acquire(Deadline.NONE); // of a closed gate: refused, with a message that says so
    }
  }

  private void enter(TaskRun<?> run) {
    Deadline deadline = run.context.deadline();
    if (deadline.hasPassed()) {
      offTheTimer(run::expire);
      return;
    }
    if (deadline.isBound()) {
      setAlarm(run, deadline);
    }
    if (run.lane == null) {
      start(run);
    } else {
      run.lane.request(run);
      if (run.isOver()) {
        run.lane.cancel(run); // the alarm was quicker than the queue
      }
    }
  }

  private void setAlarm(TaskRun<?> run, Deadline deadline) {
    run.alarm =
        parts
            .timer()
            .schedule(
                () -> offTheTimer(() -> ring(run, deadline)),
                deadline.remainingNanos(),
                TimeUnit.NANOSECONDS);
  }

  private void ring(TaskRun<?> run, Deadline deadline) {
    if (deadline.hasPassed()) {
      run.expire();
    } else if (!run.isOver()) {
      setAlarm(run, deadline); // two clocks disagree by a little
    }
  }

  private static void stopAlarm(TaskRun<?> run) {
    var alarm = run.alarm;
    if (alarm != null) {
      alarm.cancel(false);
    }
  }

  /** The end of a task may call users' code and write logs: nothing for a timer or a lock. */
  private static void offTheTimer(Runnable work) {
    Thread.ofVirtual().name("weir-alarm").inheritInheritableThreadLocals(false).start(work);
  }

  void start(TaskRun<?> run) {
    try {
      Thread.ofVirtual()
          .name(run.name() + "-" + run.id())
          .inheritInheritableThreadLocals(false)
          .start(run);
    } catch (Throwable failure) {
      parts.timer().execute(() -> run.stillborn(failure)); // not here: perhaps inside compute
    }
  }

  void began(TaskRun<?> run, long waitNanos) {
    counts.started.increment();
    listener.started(run.name(), waitNanos);
  }

  /** Its body has ended. */
  void ended(TaskRun<?> run, Outcome outcome, long ranNanos) {
    Throwable failure = run.failure;
    if (outcome == Outcome.FAILED && failure != null) {
      failures.failed(run.name(), run.id(), failure);
    }
    counts.ended(outcome);
    leave(run, outcome, ranNanos);
  }

  /** It was cancelled before it began. */
  void dropped(TaskRun<?> run, Outcome outcome) {
    counts.dropped();
    leave(run, outcome, 0);
  }

  void failedAfterCancel(TaskRun<?> run, Throwable failure) {
    log.debug("Task '{}' ({}) threw after it was cancelled", run.name(), run.id(), failure);
  }

  private void leave(TaskRun<?> run, Outcome outcome, long ranNanos) {
    freeKey(run);
    stopAlarm(run);
    if (run.work instanceof WatchedWork watched) {
      watched.ended(outcome);
    }
    listener.finished(run.name(), outcome, ranNanos);
  }

  /** The last thing that happens to a task. */
  void forget(TaskRun<?> run) {
    live.remove(run);
  }

  void freeKey(TaskRun<?> run) {
    if (run.task.dedupKey().isPresent()) {
      keyed.remove(new Key(run.name(), run.task.dedupKey().get()), run);
    }
  }

  ScheduleHandle schedule(String name, Schedule schedule, Job job) {
    Ticks ticks =
        switch (schedule) {
          case Schedule.Every every -> new Ticks(this, name, every.interval(), job);
        };
    schedules.add(ticks);
    if (shut != null) {
      ticks.cancel();
    }
    refuseIfShut();
    ticks.begin();
    return ticks;
  }

  void forget(Ticks ticks) {
    schedules.remove(ticks);
  }

  /** Refuses every task from now on, with this name in the message, and ends the schedules. */
  void refuseAll(String gate) {
    if (shut == null) {
      Gate closed = Gate.open(gate, 0, List.of(LaneSettings.named("submit")));
      closed.close();
      shut = closed.lane("submit");
    }
    schedules.forEach(Ticks::cancel);
  }
}
