package dev.weir.pool.line;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One socket to the server, seen as what goes over it: at most one call at a time, which may be
 * stopped early by the watchdog, by an interrupt, or by another thread that closes the connection.
 *
 * <p>{@code begin} and {@code end} are called by the thread that calls the server, the rest by any.
 */
public final class Line {

  /*
   * The whole agreement lies in `due`: IDLE, STARTING for an instant, the moment the running call is
   * due (UNBOUNDED for ever), or STOPPED. Only the thread of the call leads from and to IDLE; whoever
   * wants to stop the call must swap the very moment it saw for STOPPED. So a call that has ended
   * cannot be cancelled any more, and a call that is being cancelled cannot end unnoticed: its thread
   * then waits until the cancel has left this world, for a cancel that arrives late hits the next
   * statement of that backend. Two calls may be due at the same moment, under one deadline; a swap
   * that was meant for the first then stops the second, which is due as well.
   */
  private static final long IDLE = 0;
  private static final long STARTING = -1;
  private static final long STOPPED = -2;

  /** No bound; also what {@link #look} says if there is nothing to come back for. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  /** How long a server may take to answer a cancel, and another's call to end at a close. */
  public static final Duration GRACE = Duration.ofSeconds(1);

  private static final long GRACE_NANOS = GRACE.toNanos();
  private static final long CANCEL_NANOS = 1_000_000_000;
  private static final long AGAIN_NANOS = 50_000_000;
  private static final long TURN_NANOS = 100_000;

  private static final VarHandle DUE;

  static {
    try {
      DUE = MethodHandles.lookup().findVarHandle(Line.class, "due", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Watchdog watchdog;
  private final ReentrantLock stopping = new ReentrantLock();
  private volatile Far far = Far.NOBODY;
  private volatile @Nullable ShieldedSocket socket;
  private volatile boolean cut;
  private volatile long due;

  /** Of the call under way; written between STARTING and the moment it is due. */
  private CallKind kind = CallKind.CLEANUP;

  private long began;
  private long mine;
  private long allowed;
  private @Nullable Thread caller;

  /** The call's thread alone: it was interrupted, and shall be so again when the call has ended. */
  private boolean interrupted;

  private boolean watched;

  /** Guarded by {@code stopping}. */
  private @Nullable Stop stop;

  /** A line that is yet to be opened. */
  public Line(Watchdog watchdog) {
    this.watchdog = watchdog;
  }

  /** Says how the far end is reached, once there is one. */
  public void attach(Far end) {
    far = end;
  }

  /**
   * A call begins. If another thread's call is under way it waits for its turn.
   *
   * @param budgetNanos what the call may take, more than 0; {@link #UNBOUNDED} for ever
   * @return whether it may go on; false if its time was over before its turn came
   */
  public boolean begin(CallKind kind, long budgetNanos) {
    long now = watchdog.now();
    long when = Watchdog.moment(now, budgetNanos);
    if (!DUE.compareAndSet(this, IDLE, STARTING)) {
      if (!awaitTurn(when)) {
        return false;
      }
      now = watchdog.now();
    }
    began = now;
    this.kind = kind;
    allowed = budgetNanos;
    mine = when;
    Thread thread = Thread.currentThread();
    caller = thread;
    if (thread.isVirtual() && kind != CallKind.LOGIN && Thread.interrupted()) {
      interrupted = true;
    }
    due = when;
    if (when != UNBOUNDED) {
      watch(when);
    }
    return true;
  }

  private boolean awaitTurn(long when) {
    do {
      if (watchdog.now() >= when) {
        return false;
      }
      sleepOneTurn();
    } while (!DUE.compareAndSet(this, IDLE, STARTING));
    return true;
  }

  /** Two threads on one connection are rare, so the second looks again and again. */
  private void sleepOneTurn() {
    boolean flag = Thread.interrupted();
    LockSupport.parkNanos(this, TURN_NANOS);
    if (flag) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(long when) {
    if (!watched) {
      watched = true;
      watchdog.watch(this);
    }
    watchdog.expect(when);
  }

  /** The call has ended, well or not: how it was stopped, or null if it was not. */
  public @Nullable Stop end() {
    boolean flag = interrupted;
    interrupted = false;
    caller = null;
    boolean counts = kind.isWork();
    long took = counts ? watchdog.now() - began : 0;
    Stop how = null;
    if (!DUE.compareAndSet(this, mine, IDLE)) {
      how = settle();
      due = IDLE;
    }
    if (counts) {
      watchdog.calls().ended(took, how == null);
    }
    if (flag) {
      Thread.currentThread().interrupt();
    }
    return how;
  }

  private Stop settle() {
    Stop how = takeStop();
    if (how.answered() && !how.awaitNoCancel(CANCEL_NANOS)) {
      how.cutAfterAll();
      cut();
    }
    return how;
  }

  private Stop takeStop() {
    stopping.lock();
    try {
      Stop how = stop;
      stop = null;
      if (how == null) {
        throw new IllegalStateException("A call was stopped by nobody; a bug in Weir.");
      }
      return how;
    } finally {
      stopping.unlock();
    }
  }

  /**
   * Stops the call of another thread, if there is one, and waits until it has ended: by its own, by
   * a cancel, or because the socket was cut.
   *
   * @return false if the calling thread itself is inside a call
   */
  public boolean endOthers() {
    for (long seen = due; seen != IDLE; seen = due) {
      if (caller == Thread.currentThread()) {
        return false;
      }
      if (seen > IDLE) {
        stop(seen, Stop.Reason.CLOSE);
      }
      sleepOneTurn();
    }
    return true;
  }

  /** Begins to stop the call of another thread, if there is one, and does not wait for its end. */
  public void askToEnd() {
    long seen = due;
    if (seen > IDLE && caller != Thread.currentThread()) {
      stop(seen, Stop.Reason.CLOSE);
    }
  }

  /** Whether an interrupt inside a read by this thread is ours to deal with. */
  boolean shields(Thread thread) {
    return caller == thread && kind != CallKind.LOGIN;
  }

  /** The thread of the call was interrupted, and its flag has been cleared. */
  void interrupted() {
    boolean first = !interrupted;
    interrupted = true;
    if (first && kind == CallKind.STATEMENT) {
      watch(UNBOUNDED);
      stop(mine, Stop.Reason.INTERRUPT);
    }
  }

  private void stop(long seen, Stop.Reason reason) {
    Stop how;
    boolean cancels;
    stopping.lock();
    try {
      if (!DUE.compareAndSet(this, seen, STOPPED)) {
        return;
      }
      how = new Stop(reason, allowed, watchdog.now() + GRACE_NANOS);
      stop = how;
      cancels = kind.isCancelledBy(reason);
    } finally {
      stopping.unlock();
    }
    if (cancels) {
      watchdog.help(() -> cancel(how));
    } else if (reason == Stop.Reason.DEADLINE && how.cut()) {
      cut();
    }
    watchdog.watch(this);
    watchdog.expect(how.cutAt());
  }

  /** Again and again: a cancel that overtakes its statement finds the backend idle and is lost. */
  private void cancel(Stop how) throws SQLException {
    while (how.beginCancel()) {
      try {
        far.cancel();
      } finally {
        how.endCancel();
      }
      if (how.awaitEnd(AGAIN_NANOS)) {
        return;
      }
    }
  }

  /** The watchdog's look: stops what is overdue and says when to look again. */
  long look(long now) {
    long seen = due;
    if (seen > IDLE && seen <= now) {
      stop(seen, Stop.Reason.DEADLINE);
      seen = due;
    }
    return seen == STOPPED ? lookAtStop(now) : seen > IDLE ? seen : UNBOUNDED;
  }

  private long lookAtStop(long now) {
    Stop how;
    stopping.lock();
    try {
      how = stop;
    } finally {
      stopping.unlock();
    }
    if (how == null || !how.isPending()) {
      return UNBOUNDED;
    }
    if (how.cutAt() > now) {
      return how.cutAt();
    }
    if (how.cut()) {
      cut();
    }
    return UNBOUNDED;
  }

  /** Whether the watchdog may forget it: nothing goes over it any more. */
  boolean isGone() {
    return due == IDLE && (cut || far.isGone());
  }

  /** Closes the socket at once, without a word to the server. */
  public void cut() {
    cut = true;
    ShieldedSocket own = socket;
    if (own != null) {
      own.cut();
    } else {
      watchdog.help(far::cut);
    }
  }

  void use(ShieldedSocket fresh) throws IOException {
    socket = fresh;
    if (cut) {
      throw new IOException("The login took too long, so no further socket is opened for it.");
    }
  }
}
