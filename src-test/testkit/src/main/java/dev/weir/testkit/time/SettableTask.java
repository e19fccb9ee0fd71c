package dev.weir.testkit.time;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One task of a {@link Timeline}, in line until it is due, cancelled or dropped. */
final class SettableTask<V extends @Nullable Object> extends FutureTask<V>
    implements RunnableScheduledFuture<V> {
  private final Timeline time;
  private final long periodNanos;
  private final boolean loud;
  private volatile long dueNanos;
  private volatile long position;

  /**
   * @param periodNanos 0 for once
   * @param loud whether a failure has no future to go to, and so must be told to the one who
   *     advances
   */
  SettableTask(Timeline time, Callable<V> work, long delayNanos, long periodNanos, boolean loud) {
    super(work);
    this.time = time;
    this.periodNanos = periodNanos;
    this.loud = loud;
    this.dueNanos = time.nanos() + Math.max(0, delayNanos);
  }

  long dueNanos() {
    return dueNanos;
  }

  /** Only while out of the line. */
  void position(long position) {
    this.position = position;
  }

  void runWhenDue(Failures failures) {
    if (!isPeriodic()) {
      run();
    } else if (runAndReset()) {
      again();
    }
    if (loud && state() == State.FAILED) {
      failures.add(exceptionNow());
    }
  }

  /** Tasks take no time here, so a fixed rate and a fixed delay come to the same. */
  private void again() {
    if (time.isShutdown()) {
      cancel(false);
      return;
    }
    long next = dueNanos + periodNanos;
    dueNanos = next;
    time.enqueue(this);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    time.remove(this);
    return cancelled;
  }

  @Override
  public boolean isPeriodic() {
    return periodNanos > 0;
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(dueNanos - time.nanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    if (other instanceof SettableTask<?> task) {
      int byDue = Long.compare(dueNanos - task.dueNanos, 0);
      return byDue != 0 ? byDue : Long.compare(position, task.position);
    }
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }

  // Identity, on purpose: two tasks with the same due time are two tasks.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
