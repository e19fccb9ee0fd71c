package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Lane;
import dev.weir.tasks.TaskListener.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One task from its submission to its end: its handle, its place in a queue and the body of its
 * thread, all in one object, because there may be a million of them.
 */
final class TaskRun<T extends @Nullable Object> extends AwaitedTask<T> implements Runnable {

  /*
   * QUEUED -> RUNNING -> ENDING -> SUCCEEDED | FAILED        the body ends
   *        |          -> STOPPING -> STOPPED                 cancelled; the body may go on
   *        -> DROPPING -> DROPPED                            cancelled before it began
   *
   * Whoever moves it out of QUEUED or RUNNING alone decides the outcome. It then does all that
   * must be true once the outcome shows (permit back, figures, listener), writes the outcome,
   * moves on to the last state, wakes those who wait, and leaves the list of the live. Lists skip
   * it from the moment its last state shows, so that neither side sees the other's past.
   */
  private static final int QUEUED = 0;
  private static final int DROPPING = 1;
  private static final int RUNNING = 2;
  private static final int ENDING = 3;
  private static final int STOPPING = 4;
  private static final int DROPPED = 5;
  private static final int SUCCEEDED = 6;
  private static final int FAILED = 7;
  private static final int STOPPED = 8;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(TaskRun.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Task task;
  final Context context;
  @Nullable Callable<? extends T> work;
  final @Nullable Lane lane;
  volatile @Nullable Future<?> alarm;

  private final Engine engine;
  private final long id;
  private final long submittedAt;
  private long startedAt;
  private volatile int state;
  private volatile long ranNanos = -1;
  private volatile @Nullable Thread thread;

  TaskRun(Engine engine, Submission<T> submission, @Nullable Lane lane) {
    this.engine = engine;
    this.task = submission.task();
    this.work = submission.work();
    this.context = submission.context();
    this.lane = lane;
    this.id = engine.nextId();
    this.submittedAt = engine.nanos();
  }

  /** What a caller hands in, with the context it had. */
  record Submission<T extends @Nullable Object>(
      Task task, Callable<? extends T> work, Context context) {}

  @Override
  public void run() {
    thread = Thread.currentThread();
    if (context.deadline().hasPassed()) {
      expire();
    }
    startedAt = engine.nanos();
    if (STATE.compareAndSet(this, QUEUED, RUNNING)) {
      engine.began(this, startedAt - submittedAt);
      body();
    } else {
      releasePermit();
    }
  }

  private void body() {
    Callable<? extends T> body = Objects.requireNonNull(work);
    T value = null;
    Throwable thrown = null;
    try {
      value = context.<T>call(body);
    } catch (Throwable any) {
      thrown = any;
    }
    ranNanos = Math.max(0, engine.nanos() - startedAt);
    if (STATE.compareAndSet(this, RUNNING, ENDING)) {
      end(value, thrown);
    } else {
      endAfterCancel(thrown);
    }
    if (thrown instanceof VirtualMachineError error) {
      throw error; // recorded; the JVM's own handling may still want to see it
    }
  }

  private void end(@Nullable T value, @Nullable Throwable thrown) {
    result = value;
    failure = thrown;
    releasePermit();
    engine.ended(this, thrown == null ? Outcome.SUCCEEDED : Outcome.FAILED, ranNanos);
    letGo();
    show(thrown == null ? SUCCEEDED : FAILED);
    engine.forget(this);
  }

  private void endAfterCancel(@Nullable Throwable thrown) {
    synchronized (this) { // the canceller has interrupted by now; what follows runs undisturbed
      Thread.interrupted();
    }
    TaskCancelledException why = cancellation();
    if (thrown != null && !(thrown instanceof InterruptedException)) {
      why.addSuppressed(thrown);
      engine.failedAfterCancel(this, thrown);
    }
    releasePermit();
    engine.ended(this, why.outcome(), ranNanos);
    letGo();
    engine.forget(this);
  }

  /** A handle that is kept for its result keeps neither the work nor the thread alive. */
  private void letGo() {
    work = null;
    thread = null;
  }

  /** Its thread could not be started: a failure like any other. */
  void stillborn(Throwable why) {
    if (STATE.compareAndSet(this, QUEUED, ENDING)) {
      engine.began(this, engine.nanos() - submittedAt);
      ranNanos = 0;
      end(null, why);
    } else {
      releasePermit();
    }
  }

  @Override
  public Cancellation cancel() {
    return cancel(cancelledBecause("a caller cancelled it"), true);
  }

  TaskCancelledException cancelledBecause(String why) {
    return new TaskCancelledException(name(), id, why, null);
  }

  /** Its deadline has passed. */
  void expire() {
    if (!status().isDone()) {
      var late =
          new TaskTimeoutException(
              name(), id, "Task '%s' (%d) did not end by its deadline".formatted(name(), id));
      cancel(new TaskCancelledException(name(), id, "its deadline passed", late), true);
    }
  }

  Cancellation cancel(TaskCancelledException why, boolean interrupt) {
    if (drop(why)) {
      return Cancellation.BEFORE_START;
    }
    return stop(why, interrupt) ? Cancellation.INTERRUPTED : Cancellation.ALREADY_DONE;
  }

  /**
   * Ends it unseen, because its submission is refused; false if somebody has cancelled it first.
   */
  boolean abandon() {
    return STATE.compareAndSet(this, QUEUED, DROPPED);
  }

  /** Cancels it if it has not begun; true if so. */
  boolean drop(TaskCancelledException why) {
    if (!STATE.compareAndSet(this, QUEUED, DROPPING)) {
      return false;
    }
    failure = why;
    if (lane != null) {
      lane.cancel(this);
    }
    engine.dropped(this, why.outcome());
    letGo();
    show(DROPPED);
    engine.forget(this);
    return true;
  }

  private boolean stop(TaskCancelledException why, boolean interrupt) {
    synchronized (this) {
      if (!STATE.compareAndSet(this, RUNNING, STOPPING)) {
        return false;
      }
      failure = why;
      Thread runner = thread;
      if (interrupt && runner != null) {
        runner.interrupt();
      }
    }
    engine.freeKey(this);
    show(STOPPED);
    return true;
  }

  private void show(int last) {
    state = last;
    wakeWaiting();
  }

  private void releasePermit() {
    if (lane != null) {
      lane.release();
    }
  }

  @Override
  protected void admitted() {
    if (state == QUEUED) {
      engine.start(this);
    } else {
      releasePermit();
    }
  }

  @Override
  protected void refused(AdmissionRejectedException refusal) {
    cancel(cancelledBecause(String.valueOf(refusal.getMessage())), true);
  }

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public TaskStatus status() {
    return switch (state) {
      case QUEUED, DROPPING -> TaskStatus.QUEUED;
      case SUCCEEDED -> TaskStatus.SUCCEEDED;
      case FAILED -> TaskStatus.FAILED;
      case DROPPED, STOPPED -> TaskStatus.CANCELLED;
      default -> TaskStatus.RUNNING;
    };
  }

  /** Whether it belongs among the live: a cancelled one does until its body has ended. */
  boolean isLive() {
    int now = state;
    return now != SUCCEEDED && now != FAILED && now != DROPPED;
  }

  /** Whether its body has ended or never will begin. */
  boolean isOver() {
    return state == STOPPED ? ranNanos >= 0 : status().isDone();
  }

  @Override
  public Optional<Duration> ran() {
    long nanos = ranNanos;
    if (nanos >= 0) {
      return Optional.of(Duration.ofNanos(nanos));
    }
    return switch (state) {
      case RUNNING, STOPPING, STOPPED -> Optional.of(Duration.ofNanos(engine.nanos() - startedAt));
      default -> Optional.empty();
    };
  }

  boolean isOn(Thread candidate) {
    return thread == candidate;
  }

  TaskInfo info() {
    return new TaskInfo(
        name(),
        id,
        status(),
        Duration.ofNanos(engine.nanos() - submittedAt),
        task.bulkhead(),
        this::stack);
  }

  private List<StackTraceElement> stack() {
    Thread runner = thread;
    return runner == null ? List.of() : List.of(runner.getStackTrace());
  }

  /** Spreads tasks over the table of those that are live; equality stays that of the object. */
  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public String toString() {
    return "%s-%d (%s)".formatted(name(), id, status());
  }
}
