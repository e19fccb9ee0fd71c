package dev.weir.tasks.flow;

import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskInterruptedException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One task of a roster: the body that its manager runs, and what is known of it.
 *
 * <p>A handle is done as soon as its task is cancelled, while the body may go on. A member is
 * <em>over</em> once its handle is done and its body is not, and never again will be, inside the
 * caller's code.
 */
final class Member<T extends @Nullable Object> implements Callable<T> {

  private final Roster roster;
  private final Callable<? extends T> work;

  private volatile @Nullable TaskHandle<T> handle;
  private volatile @Nullable Thread inside;
  private volatile boolean begun;
  private volatile boolean done;
  private volatile boolean over;
  private volatile @Nullable Throwable left;
  private boolean unwanted;
  private boolean shut;

  Member(Roster roster, Callable<? extends T> work) {
    this.roster = roster;
    this.work = work;
  }

  /** May be called several times, one after the other: a task may be tried again. */
  @Override
  public T call() throws Exception {
    enter();
    Throwable thrown = null;
    try {
      return work.call();
    } catch (Throwable any) {
      thrown = any;
      throw any;
    } finally {
      leave(thrown);
    }
  }

  private synchronized void enter() throws InterruptedException {
    if (shut) { // and so perhaps over, which must stay true
      throw new InterruptedException("cancelled before it began");
    }
    inside = Thread.currentThread();
    if (!begun) {
      begun = true;
      roster.began();
    }
  }

  private void leave(@Nullable Throwable thrown) {
    boolean last;
    synchronized (this) {
      inside = null;
      left = thrown;
      last = done;
    }
    if (last) {
      end();
    }
  }

  /** Its manager has accepted it. */
  void accepted(TaskHandle<T> given) {
    boolean late;
    synchronized (this) {
      handle = given;
      late = unwanted;
    }
    var _ = given.completion().whenComplete((_, _) -> handleIsDone());
    if (late) {
      given.cancel();
    }
  }

  private void handleIsDone() {
    synchronized (this) {
      shut = true;
    }
    roster.done(this);
    boolean last;
    synchronized (this) {
      done = true;
      last = inside == null;
    }
    if (last) {
      end();
    } else {
      roster.wake();
    }
  }

  /** By whichever comes second, the outcome or the end of the body. */
  private void end() {
    roster.over(this);
    over = true;
    roster.wake();
  }

  /** Cancels it, at once or as soon as it has been accepted. */
  void cancel() {
    TaskHandle<T> known;
    synchronized (this) {
      unwanted = true;
      known = handle;
    }
    if (known != null) {
      known.cancel();
    }
  }

  /** Asked only of one that has been accepted. */
  TaskHandle<T> handle() {
    return Objects.requireNonNull(handle, "not accepted yet");
  }

  /** What the body of a cancelled one threw, unless that only says that it heard. */
  @Nullable Throwable thrownAfterCancel() {
    Throwable thrown = left;
    return thrown instanceof InterruptedException
            || thrown instanceof TaskInterruptedException
            || thrown instanceof ScopeInterruptedException
        ? null
        : thrown;
  }

  boolean isAccepted() {
    return handle != null;
  }

  boolean hasBegun() {
    return begun;
  }

  boolean isDone() {
    return done;
  }

  boolean isOver() {
    return over;
  }

  boolean isOn(Thread thread) {
    return inside == thread;
  }
}
