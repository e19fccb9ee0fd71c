package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.Circuit;
import dev.weir.gate.Lane;
import dev.weir.tasks.failure.Safeguards;
import dev.weir.tasks.failure.Snooze;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tries of one guarded task: what each must pass before it begins, how long it may take,
 * whether another follows and when. Between two tries the task is a record and an entry in a timer.
 *
 * <p>Its fields belong to whoever moves the task on, the thread of the try or the timer's, one at a
 * time; each hands over by the task's state.
 */
final class Tries implements Entry.Caller {

  /** What finds its bulkhead full at a retry comes back after this, more or less. */
  private static final Duration FULL_PAUSE = Duration.ofMillis(100);

  private final LiveTask<?> task;
  private final Engine engine;
  private final Guards guards;
  private final Safeguards its;
  private final @Nullable Lane bulkhead;
  private final @Nullable Circuit circuit;
  private volatile Limits.@Nullable Limit limit;
  private volatile @Nullable Entry entry;
  private volatile @Nullable Future<?> alarm;
  private volatile Circuit.@Nullable Pass pass;
  private final NextTry next;
  private boolean begun;
  private boolean givenUp;
  private volatile boolean firstPass = true;

  Tries(LiveTask<?> task, Engine engine, Guards guards) {
    this.task = task;
    this.engine = engine;
    this.guards = guards;
    this.its = task.task.safeguards();
    this.bulkhead = task.lane;
    this.next = new NextTry(task, guards);
    this.circuit = its.circuit().map(guards::circuit).orElse(null);
  }

  /**
   * The task is submitted.
   *
   * @throws AdmissionRejectedException if its circuit or a gate on its way says no
   */
  void submit() {
    if (circuit != null) {
      pass = circuit.enter();
    }
    limit = its.limit().map(guards.limits::enter).orElse(null);
    enter();
  }

  private void enter() {
    var way = new Entry(stops(), this);
    entry = way;
    way.enter();
    if (task.isOver()) {
      way.cancel(); // the cancel came before there was a way
    }
  }

  /** The limit before the bulkhead: nobody waits for his own limit with a permit of all. */
  private List<Entry.Stop> stops() {
    var stops = new ArrayList<Entry.Stop>(3);
    String lane = task.task.priority().name();
    Limits.Limit shared = limit;
    if (shared != null && shared.gate != null) {
      stops.add(new Entry.Stop(shared.gate.lane(lane), null));
    }
    if (shared != null && shared.pace != null) {
      stops.add(new Entry.Stop(shared.pace.lane(lane), shared.pace));
    }
    if (bulkhead != null && !firstPass) {
      stops.add(new Entry.Stop(bulkhead, null));
    }
    return stops;
  }

  /** At the first try the task stands in the queue itself, as any other does. */
  @Override
  public void entered(Entry way) {
    if (bulkhead == null || !firstPass) {
      task.admitted();
      return;
    }
    try {
      bulkhead.request(task);
    } catch (AdmissionRejectedException refusal) {
      way.turnAway(refusal);
      return;
    }
    if (task.isOver()) {
      bulkhead.cancel(task);
    }
  }

  /** Whether the permit of the bulkhead, if there is one, is held by the task itself. */
  boolean isFirstPass() {
    return firstPass;
  }

  /** The first try is behind it. */
  void firstPassEnds() {
    firstPass = false;
    begun = true;
  }

  /** On a retry a full queue is no end: the task has waited so long that it can wait on. */
  @Override
  public void turnedAway(AdmissionRejectedException refusal) {
    if (begun && refusal.reason() != Reason.CLOSED && task.waitOn()) {
      sleep(next.jittered(FULL_PAUSE));
    } else {
      engine.offTheTimer(() -> task.refused(refusal));
    }
  }

  /** Which try the next one is, or the one under way; what was refused or put off is none. */
  int attempt() {
    return next.failed() + 1;
  }

  boolean isFirst() {
    return !begun;
  }

  /** What it failed with before belongs to the story of its cancellation. */
  void blame(TaskCancelledException why) {
    Throwable before = next.lastFailure();
    if (before != null) {
      why.addSuppressed(before);
    }
  }

  /** Runs one try on its own thread. */
  <T extends @Nullable Object> T attempt(TaskRun run, Callable<? extends T> body) throws Exception {
    begin();
    var timeout = new TryTimeout(engine.parts.timer(), this::deaf);
    its.timeout().ifPresent(timeout::begin);
    T value;
    try {
      value = run.<T>attempt(attempt(), body);
    } catch (Throwable thrown) {
      throw judged(thrown, isLate(timeout));
    }
    if (isLate(timeout)) {
      throw judged(null, true);
    }
    tell(null);
    return value;
  }

  /** The try has ended; one that was given up is the last, for the task is being cancelled. */
  private boolean isLate(TryTimeout timeout) {
    boolean late = timeout.end();
    givenUp |= timeout.isGivenUp();
    return late;
  }

  private void begin() {
    if (!begun) {
      begun = true;
      guards.budget(task.name()).earn();
    }
    Circuit.Pass mine = pass;
    if (circuit != null && (mine == null || !mine.isValid())) {
      pass = circuit.enter();
    }
  }

  /** What a try has come to, in the eyes of the circuit and of the task. */
  private Exception judged(@Nullable Throwable thrown, boolean late) {
    Throwable verdict = thrown;
    if (late) {
      verdict = tooLate(thrown);
    }
    tell(verdict);
    if (verdict instanceof Error error) {
      throw error;
    }
    return (Exception) Objects.requireNonNull(verdict);
  }

  private TaskTimeoutException tooLate(@Nullable Throwable thrown) {
    var late =
        new TaskTimeoutException(
            task.name(),
            task.id(),
            "Try %d of task '%s' (%d) took longer than its timeout, %s"
                .formatted(attempt(), task.name(), task.id(), its.timeout().orElseThrow()));
    if (thrown != null && !(thrown instanceof InterruptedException)) {
      late.addSuppressed(thrown);
    }
    return late;
  }

  private void tell(@Nullable Throwable thrown) {
    Circuit.Pass mine = pass;
    pass = null;
    if (mine == null) {
      return;
    }
    if (thrown == null) {
      mine.succeeded();
    } else if (thrown instanceof Snooze || !task.isRunning()) {
      mine.withdrawn(); // put off, or cancelled: no word on what it calls
    } else {
      mine.failed(thrown);
    }
  }

  /** On the timer. */
  private void deaf() {
    engine.offTheTimer(
        () -> {
          TaskTimeoutException late = tooLate(null);
          task.cancel(
              new TaskCancelledException(
                  task.name(), task.id(), "a try ran on after its timeout and an interrupt", late),
              true);
        });
  }

  /**
   * Whether and when another try follows.
   *
   * @return nanoseconds until then; negative if this one was the last
   */
  long waitAfter(Throwable thrown) {
    return givenUp ? -1 : next.after(thrown);
  }

  /** Waits without a thread. */
  void sleep(long nanos) {
    try {
      Future<?> mine = engine.parts.timer().schedule(this::wake, nanos, TimeUnit.NANOSECONDS);
      alarm = mine;
      if (task.isOver()) {
        mine.cancel(false);
      }
    } catch (RejectedExecutionException _) {
      task.cancel(task.cancelledBecause("its manager closed"), false);
    }
  }

  /** On the timer. */
  private void wake() {
    long more = next.waitOn();
    if (more > 0) {
      sleep(more);
    } else if (task.queueAgain()) {
      try {
        enter();
      } catch (AdmissionRejectedException refusal) {
        turnedAway(refusal);
      }
    }
  }

  /** Cancelled while it waits for a gate or for its time. */
  void cancel() {
    Future<?> asleep = alarm;
    if (asleep != null) {
      asleep.cancel(false);
    }
    Entry way = entry;
    if (way != null) {
      way.cancel();
    }
  }

  /** A try has ended, or will not begin. */
  void leave() {
    Entry way = entry;
    if (way != null) {
      way.leave();
    }
  }

  /** The task has ended; once. */
  void over() {
    Circuit.Pass mine = pass;
    if (mine != null) {
      mine.withdrawn();
    }
    if (limit != null) {
      its.limit().ifPresent(guards.limits::leave);
    }
    next.over();
  }
}
