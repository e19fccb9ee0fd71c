package dev.weir.tasks.executor;

import dev.weir.tasks.executor.DelayedFuture.Period;
import dev.weir.tasks.work.Starter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A view that can wait as well. */
final class ScheduledTaskExecutor extends TaskExecutor implements ScheduledExecutorService {

  private static final long LONGEST = Long.MAX_VALUE / 4;

  private final ExecutorViews views;
  private final AtomicLong orders = new AtomicLong();

  ScheduledTaskExecutor(String name, Starter starter, ExecutorViews views) {
    super(name, starter);
    this.views = views;
  }

  ExecutorViews views() {
    return views;
  }

  long nextOrder() {
    return orders.incrementAndGet();
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return wait(work(command), unit.toNanos(delay), Period.NONE);
  }

  @Override
  public <V extends @Nullable Object> ScheduledFuture<V> schedule(
      Callable<V> callable, long delay, TimeUnit unit) {
    return wait(Objects.requireNonNull(callable, "callable"), unit.toNanos(delay), Period.NONE);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return wait(
        work(command),
        unit.toNanos(initialDelay),
        new Period(positive("period", unit.toNanos(period)), true));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return wait(
        work(command),
        unit.toNanos(initialDelay),
        new Period(positive("delay", unit.toNanos(delay)), false));
  }

  private static Callable<Object> work(Runnable command) {
    return Executors.callable(Objects.requireNonNull(command, "command"));
  }

  private static long positive(String what, long nanos) {
    if (nanos <= 0) {
      throw new IllegalArgumentException("%s = %d ns must be positive".formatted(what, nanos));
    }
    return Math.min(nanos, LONGEST);
  }

  private <V extends @Nullable Object> ScheduledFuture<V> wait(
      Callable<V> work, long delay, Period period) {
    long dueAt = views.nanos() + Math.clamp(delay, 0, LONGEST);
    var future = new DelayedFuture<>(this, work, dueAt, period);
    join(future);
    future.arm();
    if (isStopping() || (isShutdown() && future.isPeriodic())) {
      future.cancel(false); // it came between the looks
    }
    return future;
  }
}
