package dev.weir.tasks;

import dev.weir.gate.Lane;
import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.failure.Snooze;
import dev.weir.tasks.work.Wait;
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
final class LiveTask<T extends @Nullable Object> extends CancellableTask<T> implements Runnable {

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
  private volatile @Nullable TaskRun run;

  LiveTask(Engine engine, Submission submission, @Nullable Lane lane) {
    super(engine, submission.task(), lane);
    this.work = submission.work();
    this.context = submission.context();
    this.tries = task.safeguards().isNone() ? null : engine.tries(this);
    this.id = engine.book.counts.nextId();
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
    if (tryBegin()) {
      Tries guarded = tries;
      engine.book.began(this, mine.startedAt - submittedAt, isFirstTry());
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
    if (tryEnd()) {
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
    if (wait < 0 || !tryPause()) {
      return false;
    }
    mine.ends();
    mine.letGo();
    engine.book.paused(this, mine.attempt(), thrown);
    leaveGates();
    its.firstPassEnds();
    its.sleep(wait);
    return true;
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
    engine.book.ended(this, thrown == null ? Outcome.SUCCEEDED : Outcome.FAILED, ranNanos);
    letGo();
    showEnd(thrown == null);
    forgotten();
  }

  private void endAfterCancel(@Nullable Throwable thrown, long ranNanos) {
    clearInterrupt();
    TaskCancelledException why = cancellation();
    if (thrown != null && !(thrown instanceof InterruptedException)) {
      why.addSuppressed(thrown);
      engine.book.failedAfterCancel(this, thrown);
    }
    leaveGates();
    engine.book.ended(this, why.outcome(), ranNanos);
    letGo();
    forgotten();
  }

  /** A handle that is kept for its result keeps neither the work nor the thread alive. */
  private void letGo() {
    work = null;
    TaskRun mine = run;
    if (mine != null) {
      mine.letGo();
    }
  }

  private boolean isFirstTry() {
    Tries guarded = tries;
    return guarded == null || guarded.isFirst();
  }

  /** Its thread could not be started: a failure like any other. */
  void stillborn(Throwable why) {
    if (tryEndUnbegun()) {
      engine.book.began(this, engine.nanos() - submittedAt, isFirstTry());
      end(null, why, 0);
    } else {
      leaveGates();
    }
  }

  @Override
  boolean mustBegin() {
    return work instanceof WatchedWork watched && !watched.work().canBeDropped();
  }

  /**
   * Ends it unseen, because its submission is refused; false if somebody has cancelled it first.
   */
  boolean abandon() {
    boolean mine = tryVanish();
    Tries its = tries;
    if (mine && its != null) {
      its.cancel();
      its.over();
    }
    return mine;
  }

  @Override
  void neverBegins(TaskCancelledException why) {
    Tries its = tries;
    if (its != null) {
      its.cancel();
      its.blame(why);
    }
    engine.book.dropped(this, why.outcome());
    letGo();
  }

  @Override
  void isForNobody() {
    engine.book.freeKey(this);
  }

  @Override
  void forgotten() {
    engine.book.forget(this);
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
    return lane != null && isQueued();
  }

  @Override
  protected void admitted() {
    if (isQueued()) {
      engine.start(this);
    } else {
      leaveGates();
    }
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

  @Override
  boolean hasRun() {
    TaskRun mine = run;
    return mine != null && mine.hasEnded();
  }

  @Override
  @Nullable Thread thread() {
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
