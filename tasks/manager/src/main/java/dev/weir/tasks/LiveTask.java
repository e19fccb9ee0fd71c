package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Lane;
import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.failure.Snooze;
import dev.weir.tasks.work.Started;
import dev.weir.tasks.work.Wait;
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
final class LiveTask<T extends @Nullable Object> extends AwaitedTask<T>
    implements Runnable, Started {

  /*
   * QUEUED -> RUNNING -> ENDING -> SUCCEEDED | FAILED        the body ends
   *        |          -> STOPPING -> STOPPED                 cancelled; the body may go on
   *        -> DROPPING -> DROPPED                            cancelled before it began
   * RUNNING -> WAITING -> QUEUED                             another try follows, see Tries
   *            WAITING -> DROPPING                           cancelled between two tries
   *
   * Whoever moves it out of QUEUED, RUNNING or WAITING alone decides what follows. It then does all that
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
  private static final int WAITING = 9;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(LiveTask.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // A million of these may wait in a queue: what only a running task needs is in its TaskRun.
  final Context context;

  /** A {@link Callable} or a {@link Job}, kept as the caller gave it. */
  @Nullable Object work;

  volatile @Nullable Future<?> alarm;

  /** Only for a task that is guarded, or has asked to run later. */
  volatile @Nullable Tries tries;

  private volatile int complainedOf;

  /** Where it stands among the live; written by {@link Places}. */
  int place;

  private final long id;
  private final long submittedAt;
  private volatile int state;
  private volatile @Nullable TaskRun run;

  LiveTask(Engine engine, Submission submission, @Nullable Lane lane) {
    super(engine, submission.task(), lane);
    this.work = submission.work();
    this.context = submission.context();
    this.tries = task.safeguards().isNone() ? null : engine.tries(this);
    this.id = engine.counts.nextId();
    this.submittedAt = engine.nanos();
  }

  long submittedAt() {
    return submittedAt;
  }

  @Override
  void carry(Runnable work) {
    context.carry(work);
  }

  /** What a caller hands in, with the context it had. */
  record Submission(Task task, Object work, Context context) {}

  @Override
  public void run() {
    if (context.deadline().hasPassed() && !mustBegin()) {
      expire();
    }
    var mine = new TaskRun(this, engine.nanos());
    run = mine;
    if (STATE.compareAndSet(this, QUEUED, RUNNING)) {
      Tries guarded = tries;
      engine.began(this, mine.startedAt - submittedAt, guarded == null || guarded.isFirst());
      body(mine, guarded);
    } else {
      leaveGates();
    }
  }

  private void body(TaskRun mine, @Nullable Tries guarded) {
    Callable<?> body = callable(Objects.requireNonNull(work));
    Object value = null;
    Throwable thrown = null;
    var event = new TaskEvent();
    event.begin();
    try {
      value = guarded == null ? mine.attempt(1, body) : guarded.attempt(mine, body);
    } catch (Throwable any) {
      thrown = any;
    }
    event.ended(this, mine.attempt(), thrown);
    if (thrown != null && isFollowedByAnother(mine, thrown)) {
      return;
    }
    long ranNanos = mine.ends();
    if (STATE.compareAndSet(this, RUNNING, ENDING)) {
      end(value, thrown, ranNanos);
    } else {
      endAfterCancel(thrown, ranNanos);
    }
    if (thrown instanceof VirtualMachineError error) {
      throw error; // recorded; the JVM's own handling may still want to see it
    }
  }

  /** Puts it to rest until its next try, if there is one. */
  private boolean isFollowedByAnother(TaskRun mine, Throwable thrown) {
    Tries its = tries;
    if (its == null && thrown instanceof Snooze) {
      its = engine.tries(this);
      tries = its;
    }
    if (its == null) {
      return false;
    }
    long wait = its.waitAfter(thrown);
    if (wait < 0 || !STATE.compareAndSet(this, RUNNING, WAITING)) {
      return false;
    }
    mine.ends();
    mine.letGo();
    engine.paused(this, mine.attempt(), thrown);
    leaveGates();
    its.firstPassEnds();
    its.sleep(wait);
    return true;
  }

  /** Its time has come: false if it was cancelled in the meantime. */
  boolean queueAgain() {
    return STATE.compareAndSet(this, WAITING, QUEUED);
  }

  /** It has found no place to wait in: false if it was cancelled in the meantime. */
  boolean waitOn() {
    return STATE.compareAndSet(this, QUEUED, WAITING);
  }

  /** Made here and not in the queue, where there may be a million. */
  @SuppressWarnings("NullAway") // a Void is null, by its nature
  private static Callable<?> callable(Object work) {
    if (work instanceof Callable<?> callable) {
      return callable;
    }
    Job job = (Job) work;
    return () -> {
      job.run();
      return null;
    };
  }

  private void end(@Nullable Object value, @Nullable Throwable thrown, long ranNanos) {
    outcome = thrown == null ? value : thrown;
    leaveGates();
    engine.ended(this, thrown == null ? Outcome.SUCCEEDED : Outcome.FAILED, ranNanos);
    letGo();
    show(thrown == null ? SUCCEEDED : FAILED);
    engine.forget(this);
  }

  private void endAfterCancel(@Nullable Throwable thrown, long ranNanos) {
    synchronized (this) { // the canceller has interrupted by now; what follows runs undisturbed
      Thread.interrupted();
    }
    TaskCancelledException why = cancellation();
    if (thrown != null && !(thrown instanceof InterruptedException)) {
      why.addSuppressed(thrown);
      engine.failedAfterCancel(this, thrown);
    }
    leaveGates();
    engine.ended(this, why.outcome(), ranNanos);
    letGo();
    engine.forget(this);
  }

  /** A handle that is kept for its result keeps neither the work nor the thread alive. */
  private void letGo() {
    work = null;
    TaskRun mine = run;
    if (mine != null) {
      mine.letGo();
    }
  }

  /** Its thread could not be started: a failure like any other. */
  void stillborn(Throwable why) {
    if (STATE.compareAndSet(this, QUEUED, ENDING)) {
      engine.began(this, engine.nanos() - submittedAt, true);
      end(null, why, 0);
    } else {
      leaveGates();
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
      var why = new TaskCancelledException(name(), id, "its deadline passed", late);
      if (mustBegin()) {
        stop(why, true);
      } else {
        cancel(why, true);
      }
    }
  }

  /** Whether nobody would hear of it if it were dropped for its deadline. */
  boolean mustBegin() {
    return work instanceof WatchedWork watched && !watched.work().canBeDropped();
  }

  @Override
  public boolean drop(String why) {
    return drop(cancelledBecause(why));
  }

  @Override
  public void cancel(String why, boolean interrupt) {
    cancel(cancelledBecause(why), interrupt);
  }

  Cancellation cancel(TaskCancelledException why, boolean interrupt) {
    do {
      if (drop(why)) {
        return Cancellation.BEFORE_START;
      }
      if (stop(why, interrupt)) {
        return Cancellation.INTERRUPTED;
      }
    } while (isUndecided()); // it has gone from one try towards the next
    return Cancellation.ALREADY_DONE;
  }

  private boolean isUndecided() {
    int now = state;
    return now == QUEUED || now == RUNNING || now == WAITING;
  }

  /**
   * Ends it unseen, because its submission is refused; false if somebody has cancelled it first.
   */
  boolean abandon() {
    boolean mine = STATE.compareAndSet(this, QUEUED, DROPPED);
    Tries its = tries;
    if (mine && its != null) {
      its.cancel();
      its.over();
    }
    return mine;
  }

  /** Cancels it if it has not begun, or is between two tries; true if so. */
  boolean drop(TaskCancelledException why) {
    if (!STATE.compareAndSet(this, QUEUED, DROPPING)
        && !STATE.compareAndSet(this, WAITING, DROPPING)) {
      return false;
    }
    outcome = why;
    if (lane != null) {
      lane.cancel(this);
    }
    Tries its = tries;
    if (its != null) {
      its.cancel();
      its.blame(why);
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
      outcome = why;
      Thread runner = thread();
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

  /** Gives back what it holds: at the first try its own permit, later what its way in gave. */
  private void leaveGates() {
    Tries its = tries;
    if (its == null || its.isFirstPass()) {
      releasePermit();
    }
    if (its != null) {
      its.leave();
    }
  }

  @Override
  public Wait begunWait() {
    TaskWait wait = TaskWait.begin(this);
    return wait == null ? Wait.PLAIN : wait;
  }

  /** What its body waits for now; null if it does not. */
  @Nullable TaskWait waitOfIts() {
    TaskRun mine = run;
    return mine == null ? null : mine.waits;
  }

  boolean isQueuedForPermit() {
    return lane != null && state == QUEUED;
  }

  @Override
  protected void admitted() {
    if (state == QUEUED) {
      engine.start(this);
    } else {
      leaveGates();
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
      case WAITING -> TaskStatus.RETRYING;
      case SUCCEEDED -> TaskStatus.SUCCEEDED;
      case FAILED -> TaskStatus.FAILED;
      case DROPPED, STOPPED -> TaskStatus.CANCELLED;
      default -> TaskStatus.RUNNING;
    };
  }

  /** Whether it was cancelled while its body ran: true before the body sees the interrupt. */
  boolean isStopped() {
    int now = state;
    return now == STOPPING || now == STOPPED;
  }

  /** Whether its body runs and nobody has cancelled it. */
  boolean isRunning() {
    return state == RUNNING;
  }

  /** Whether it belongs among the live: a cancelled one does until its body has ended. */
  boolean isLive() {
    int now = state;
    return now != SUCCEEDED && now != FAILED && now != DROPPED;
  }

  /** Whether its body has ended or never will begin. */
  boolean isOver() {
    TaskRun mine = run;
    return state == STOPPED ? mine != null && mine.hasEnded() : status().isDone();
  }

  @Override
  public Optional<Duration> ran() {
    TaskRun mine = run;
    if (mine == null || mine.attempt() == 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(mine.ranNanos()));
  }

  @Override
  public int attempt() {
    TaskRun mine = run;
    return mine == null ? 0 : mine.attempt();
  }

  @Override
  public Progress progress() {
    TaskRun mine = run;
    return mine == null ? Progress.NONE : mine.progress();
  }

  private @Nullable Thread thread() {
    TaskRun mine = run;
    return mine == null ? null : mine.thread();
  }

  boolean isOf(Engine candidate) {
    return engine.equals(candidate);
  }

  boolean isOn(Thread candidate) {
    return candidate.equals(thread());
  }

  /** Whether nobody has complained of this try yet; called by one thread at a time. */
  boolean complainOf(int attempt) {
    boolean first = complainedOf < attempt;
    complainedOf = attempt;
    return first;
  }

  Duration age() {
    return Duration.ofNanos(engine.nanos() - submittedAt);
  }

  TaskInfo info() {
    return new TaskInfo(name(), id, status(), age(), task.bulkhead(), this::stack);
  }

  private List<StackTraceElement> stack() {
    Thread runner = thread();
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
