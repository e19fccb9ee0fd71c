package dev.weir.tasks.executor;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.tasks.work.Starter;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A command that waits for its time, once or again and again. The view is done with it when it is
 * done and no body of it runs any more.
 */
final class DelayedFuture<T extends @Nullable Object> extends CommandFuture<T>
    implements RunnableScheduledFuture<T>, Member {

  private final ScheduledTaskExecutor view;
  private final Starter starter;
  private final Period period;
  private final long order;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private volatile long dueAt;
  private volatile @Nullable Future<?> pending;

  /**
   * When it comes again.
   *
   * @param nanos 0 for never
   * @param fromStart counted from when the last was due, else from when it ended
   */
  record Period(long nanos, boolean fromStart) {
    static final Period NONE = new Period(0, true);

    boolean isOnce() {
      return nanos == 0;
    }
  }

  DelayedFuture(ScheduledTaskExecutor view, Callable<T> work, long dueAt, Period period) {
    super(work);
    this.view = view;
    this.starter = period.isOnce() ? view.starter().fromHere() : view.starter();
    this.period = period;
    this.dueAt = dueAt;
    this.order = view.nextOrder();
  }

  /** Whoever claims it, the timer, a hand-back or a cancellation, alone sees it on. */
  private boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Waits for its time. */
  void arm() {
    view.views().waits(this);
    try {
      pending =
          view.views().timer().schedule(this::due, Math.max(0, nanosLeft()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      cancel(false); // the timer has ended, and with it every delay
    }
    if (isDone()) {
      leave(); // somebody cancelled it meanwhile
    }
  }

  /** On the timer: hands it to the engine. */
  private void due() {
    view.views().waitsNoMore(this);
    if (!claim()) {
      return;
    }
    var command =
        new Command(view, starter, this) {
          @Override
          void over() {
            bodyEnded();
          }
        };
    try {
      command.submit();
      if (view.isStopping()) {
        command.interrupt();
      }
    } catch (AdmissionRejectedException refusal) {
      if (!isPeriodic() || refusal.reason() == Reason.CLOSED) {
        setException(new RejectedExecutionException(refusal.getMessage(), refusal));
      }
      bodyEnded(); // a period that its bulkhead refused is left out
    }
  }

  @Override
  public void run() {
    if (isPeriodic()) {
      var _ = runAndReset();
    } else {
      super.run();
    }
  }

  private void bodyEnded() {
    if (isPeriodic() && view.isShutdown()) {
      cancel(false);
    }
    if (isDone() || !isPeriodic()) {
      view.gone(this);
      return;
    }
    dueAt = (period.fromStart() ? dueAt : view.views().nanos()) + period.nanos();
    claimed.set(false);
    arm();
    if (view.isShutdown()) {
      shutdown(); // it came between the looks
    }
  }

  @Override
  protected void done() {
    super.done();
    leave();
  }

  private void leave() {
    stopWaiting();
    if (claim()) {
      view.gone(this);
    }
  }

  private void stopWaiting() {
    view.views().waitsNoMore(this);
    Future<?> mine = pending;
    if (mine != null) {
      mine.cancel(false);
    }
  }

  @Override
  public void shutdown() {
    if (isPeriodic() && !claimed.get()) {
      cancel(false);
    }
  }

  @Override
  public @Nullable Runnable handBack() {
    if (claim()) {
      stopWaiting();
      view.gone(this);
      return this;
    }
    Command mine = command();
    return mine == null ? null : mine.handBack();
  }

  @Override
  public void interrupt() {
    Command mine = command();
    if (mine != null) {
      mine.interrupt();
    }
  }

  @Override
  public boolean isPeriodic() {
    return !period.isOnce();
  }

  private long nanosLeft() {
    return dueAt - view.views().nanos();
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(nanosLeft(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    if (other instanceof DelayedFuture<?> future) {
      int byTime = Long.compare(dueAt - future.dueAt, 0);
      return byTime != 0 ? byTime : Long.compare(order, future.order);
    }
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }
}
