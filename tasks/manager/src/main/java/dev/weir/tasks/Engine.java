package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.Lane;
import dev.weir.gate.LaneSettings;
import dev.weir.gate.Ticker;
import dev.weir.tasks.LiveTask.Submission;
import dev.weir.tasks.clockwork.Chore;
import dev.weir.tasks.clockwork.Clockwork;
import dev.weir.tasks.clockwork.Time;
import dev.weir.tasks.executor.ExecutorViews;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.tasks.failure.LoopInfo;
import dev.weir.tasks.failure.LoopPolicy;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import dev.weir.tasks.spi.Step;
import dev.weir.tasks.work.Starter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts the threads: one virtual thread for each task, once it may run. A task that needs no
 * permit takes no lock on its way in or out.
 */
final class Engine {

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

  final Parts parts;

  /** What its tasks have come to. */
  final TaskBook book;

  final Ending ending;
  final Clockwork clockwork;

  /** Whether anybody follows tasks, so that each try must ask {@link #follow}. */
  final boolean followed;

  final ExecutorViews views;

  private final Lanes lanes;
  private final TaskListener listener;
  private final CpuThreads cpu = new CpuThreads();
  private final @Nullable FailureCare care;
  private final Set<Loop> loops = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Lane shut;

  /**
   * @param failure what to do about failure; null for nothing but to log it
   */
  Engine(Parts parts, Lanes lanes, @Nullable FailureSettings failure) {
    this.parts = parts;
    this.lanes = lanes;
    this.listener = new SafeListeners(parts.listeners());
    this.followed = listener.follows();
    this.care = failure == null ? null : new FailureCare(failure, this, listener);
    this.book = new TaskBook(listener, new FailureLog(parts.timer(), this::offTheTimer), care);
    this.ending = new Ending(book.live, book.counts);
    this.clockwork =
        new Clockwork(new Time(parts.timer(), parts.clock(), parts.ticker(), this::offTheTimer));
    this.views = new ExecutorViews(parts.timer(), parts.ticker());
  }

  long nanos() {
    return parts.ticker().nanos();
  }

  boolean isInsideTask() {
    TaskRun run = TaskRun.find();
    return run != null && run.task.isOf(this) && run.task.isOn(Thread.currentThread());
  }

  /**
   * Accepts a task and starts it, or queues it.
   *
   * @throws AdmissionRejectedException if it does not
   */
  <T extends @Nullable Object> LiveTask<T> submit(Task task, Callable<? extends T> work) {
    return submitted(task, work);
  }

  /** As {@link #submit}, for work without a result. */
  LiveTask<Void> run(Task task, Job job) {
    return submitted(task, job instanceof Callable<?> ? asJobAlone(job) : job);
  }

  /** Work that is both is what it was handed in as. */
  private static Job asJobAlone(Job both) {
    return () -> both.run();
  }

  /** What the calling thread carries, without its deadline. */
  Context carried() {
    return Context.capture(Deadline.NONE, parts.carriers());
  }

  /** As {@link #submit}, with what some other thread carried, under the deadline of this one. */
  <T extends @Nullable Object> LiveTask<T> submit(
      Task task, Callable<? extends T> work, Context carried) {
    return submitted(new Submission(task, work, carried.by(deadlineOf(task))));
  }

  <T extends @Nullable Object> LiveTask<T> submitted(Task task, Object work) {
    Context context = Context.capture(deadlineOf(task), parts.carriers());
    return submitted(new Submission(task, work, context));
  }

  private <T extends @Nullable Object> LiveTask<T> submitted(Submission submission) {
    Task task = submission.task();
    try {
      return task.dedupKey().isEmpty()
          ? book.submitted(this.<T>admit(submission))
          : book.submittedOnce(this, submission);
    } catch (AdmissionRejectedException refusal) {
      book.rejected(task, refusal);
      throw refusal;
    }
  }

  private Deadline deadlineOf(Task task) {
    Deadline callers = parts.callerDeadline().get();
    return task.deadline().isEmpty()
        ? callers
        : Deadline.in(task.deadline().get(), parts.ticker()).sooner(callers);
  }

  /** Calls nothing foreign: it may run while the book holds a key. */
  <T extends @Nullable Object> LiveTask<T> admit(Submission submission) {
    var run = new LiveTask<T>(this, submission, lanes.of(submission.task()));
    book.live.add(run); // before the look at shut: a drain sees the task, or the task sees shut
    if (submission.work() instanceof WatchedWork watched) {
      watched.work().accepted(run);
    }
    try {
      refuseIfShut();
      enter(run);
    } catch (Throwable refusal) {
      if (run.abandon()) {
        book.abandoned(run);
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

  private void enter(LiveTask<?> run) {
    Deadline deadline = run.context.deadline();
    boolean late = deadline.hasPassed();
    if (late && !run.mustBegin()) {
      offTheTimer(run::expire);
      return;
    }
    if (deadline.isBound() && !late) {
      setAlarm(run, deadline);
    }
    Tries tries = run.tries;
    if (tries != null) {
      tries.submit();
    } else if (run.lane == null) {
      start(run);
    } else {
      run.lane.request(run);
      if (run.isOver()) {
        run.lane.cancel(run); // the alarm was quicker than the queue
      }
    }
  }

  private void setAlarm(LiveTask<?> run, Deadline deadline) {
    run.alarm =
        parts
            .timer()
            .schedule(
                () -> offTheTimer(() -> ring(run, deadline)),
                deadline.remainingNanos(),
                TimeUnit.NANOSECONDS);
  }

  private void ring(LiveTask<?> run, Deadline deadline) {
    if (deadline.hasPassed()) {
      run.expire();
    } else if (!run.isOver()) {
      setAlarm(run, deadline); // two clocks disagree by a little
    }
  }

  /** The end of a task may call users' code and write logs: nothing for a timer or a lock. */
  void offTheTimer(Runnable work) {
    Thread.ofVirtual().name("weir-alarm").inheritInheritableThreadLocals(false).start(work);
  }

  void start(LiveTask<?> run) {
    String name = run.name() + "-" + run.id();
    try {
      if (run.isCpuBound()) {
        cpu.start(run, name);
      } else {
        Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(run);
      }
    } catch (Throwable failure) {
      parts.timer().execute(() -> run.stillborn(failure)); // not here: perhaps inside compute
    }
  }

  @Nullable Step follow(TaskRun run) {
    return listener.running(run);
  }

  /** The tries of a guarded task. */
  @Nullable Tries tries(LiveTask<?> run) {
    return care == null ? null : new Tries(run, this, care.guards);
  }

  FailureCare care() {
    return Objects.requireNonNull(care);
  }

  /** Starts work of the rooms below as tasks of this kind. */
  Starter starter(Task task) {
    return new KindStarter(this, task, null);
  }

  ScheduleHandle schedule(Task task, Schedule schedule, Job job) {
    var chore =
        new Chore(
            starter(task),
            () -> {
              job.run();
              return true;
            },
            nanos -> listener.late(task.name(), Duration.ofNanos(nanos)));
    ScheduleHandle handle = clockwork.begin(task.name(), schedule, chore);
    refuseIfShut();
    return handle;
  }

  /** Begins a loop. */
  LoopHandle loop(String name, LoopPolicy policy, LoopBody body) {
    var loop = new Loop(this, name, policy, body);
    loops.add(loop);
    if (shut != null) {
      loop.stop();
    }
    refuseIfShut();
    loop.begin();
    return loop;
  }

  void forget(Loop loop) {
    loops.remove(loop);
  }

  List<LoopInfo> loops() {
    return loops.stream().map(Loop::info).sorted(Comparator.comparing(LoopInfo::name)).toList();
  }

  /** How many live tasks descend from a loop's turns. */
  int startedBy(Loop loop) {
    return (int) book.live.all().stream().filter(it -> loop.equals(it.context.owner())).count();
  }

  /** As {@link Ending#close}; the threads kept for the next task end as well. */
  ShutdownReport close(Duration budget) {
    ShutdownReport report = ending.close(budget);
    cpu.close();
    return report;
  }

  /** Refuses every task from now on, with this name in the message, and ends the schedules. */
  void refuseAll(String gate) {
    if (shut == null) {
      Gate closed = Gate.open(gate, 0, List.of(LaneSettings.named("submit")));
      closed.close();
      shut = closed.lane("submit");
    }
    clockwork.close();
    views.close();
    loops.forEach(Loop::stop);
  }
}
