package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Lane;
import dev.weir.tasks.work.Started;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The half of a task that goes from state to state, and so knows who was first: its body, or
 * whoever cancels it. All that ends a task but its own body is here.
 */
abstract class CancellableTask<T extends @Nullable Object> extends AwaitedTask<T>
    implements Started {

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
      STATE = MethodHandles.lookup().findVarHandle(CancellableTask.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int state;

  CancellableTask(Engine engine, Task task, @Nullable Lane lane) {
    super(engine, task, lane);
  }

  /** Its body begins: false if it was cancelled in the meantime. */
  final boolean tryBegin() {
    return STATE.compareAndSet(this, QUEUED, RUNNING);
  }

  /** Its body has ended, and decides what it has come to: false if it was cancelled before. */
  final boolean tryEnd() {
    return STATE.compareAndSet(this, RUNNING, ENDING);
  }

  /** It ends before its body could begin: false if it was cancelled in the meantime. */
  final boolean tryEndUnbegun() {
    return STATE.compareAndSet(this, QUEUED, ENDING);
  }

  /** Its try has ended, and another follows: false if it was cancelled before. */
  final boolean tryPause() {
    return STATE.compareAndSet(this, RUNNING, WAITING);
  }

  /** Its time has come: false if it was cancelled in the meantime. */
  final boolean queueAgain() {
    return STATE.compareAndSet(this, WAITING, QUEUED);
  }

  /** It has found no place to wait in: false if it was cancelled in the meantime. */
  final boolean waitOn() {
    return STATE.compareAndSet(this, QUEUED, WAITING);
  }

  /** Its submission is refused, so it ends unseen: false if it was cancelled before. */
  final boolean tryVanish() {
    return STATE.compareAndSet(this, QUEUED, DROPPED);
  }

  /** What its body has come to shows from now on. */
  final void showEnd(boolean well) {
    show(well ? SUCCEEDED : FAILED);
  }

  @Override
  public final Cancellation cancel() {
    return cancel(cancelledBecause("a caller cancelled it"), true);
  }

  final TaskCancelledException cancelledBecause(String why) {
    return new TaskCancelledException(name(), id(), why, null);
  }

  /** Its deadline has passed. */
  final void expire() {
    if (!status().isDone()) {
      var late =
          new TaskTimeoutException(
              name(), id(), "Task '%s' (%d) did not end by its deadline".formatted(name(), id()));
      var why = new TaskCancelledException(name(), id(), "its deadline passed", late);
      if (mustBegin()) {
        stop(why, true);
      } else {
        cancel(why, true);
      }
    }
  }

  @Override
  public final boolean drop(String why) {
    return drop(cancelledBecause(why));
  }

  @Override
  public final void cancel(String why, boolean interrupt) {
    cancel(cancelledBecause(why), interrupt);
  }

  final Cancellation cancel(TaskCancelledException why, boolean interrupt) {
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

  @Override
  protected final void refused(AdmissionRejectedException refusal) {
    cancel(cancelledBecause(String.valueOf(refusal.getMessage())), true);
  }

  /** Cancels it if it has not begun, or is between two tries; true if so. */
  final boolean drop(TaskCancelledException why) {
    if (!STATE.compareAndSet(this, QUEUED, DROPPING)
        && !STATE.compareAndSet(this, WAITING, DROPPING)) {
      return false;
    }
    outcome = why;
    if (lane != null) {
      lane.cancel(this);
    }
    neverBegins(why);
    show(DROPPED);
    forgotten();
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
    isForNobody();
    show(STOPPED);
    return true;
  }

  private void show(int last) {
    state = last;
    wakeWaiting();
  }

  /** Whoever cancelled it has interrupted by now: what follows runs undisturbed. */
  final void clearInterrupt() {
    synchronized (this) {
      Thread.interrupted();
    }
  }

  @Override
  public final TaskStatus status() {
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
  final boolean isStopped() {
    int now = state;
    return now == STOPPING || now == STOPPED;
  }

  /** Whether its body runs and nobody has cancelled it. */
  final boolean isRunning() {
    return state == RUNNING;
  }

  /** Whether it belongs among the live: a cancelled one does until its body has ended. */
  final boolean isLive() {
    int now = state;
    return now != SUCCEEDED && now != FAILED && now != DROPPED;
  }

  final boolean isQueued() {
    return state == QUEUED;
  }

  /** Whether its body has ended or never will begin. */
  final boolean isOver() {
    return state == STOPPED ? hasRun() : status().isDone();
  }

  /** Whether nobody would hear of it if it were dropped for its deadline. */
  abstract boolean mustBegin();

  /** Whether its body has begun and ended. */
  abstract boolean hasRun();

  /** The thread of its body; null if that does not run. */
  abstract @Nullable Thread thread();

  /** It was dropped: done before its state shows it. */
  abstract void neverBegins(TaskCancelledException why);

  /** It was cancelled while its body runs: done before its state shows it. */
  abstract void isForNobody();

  /** The last thing that happens to it. */
  abstract void forgotten();
}
