package dev.weir.testkit.time;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The scheduler of a {@link Timeline}: has no thread of its own. */
public final class SettableScheduler extends AbstractExecutorService
    implements ScheduledExecutorService {
  private final Timeline time;

  public SettableScheduler(Timeline time) {
    this.time = time;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return enqueue(Executors.callable(command), unit.toNanos(delay), 0);
  }

  @Override
  public <V extends @Nullable Object> ScheduledFuture<V> schedule(
      Callable<V> callable, long delay, TimeUnit unit) {
    return enqueue(callable, unit.toNanos(delay), 0);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return periodic(command, initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return periodic(command, initialDelay, delay, unit);
  }

  @Override
  public void execute(Runnable command) {
    boolean hasFuture = command instanceof Future<?>;
    time.enqueue(new SettableTask<>(accepting(), Executors.callable(command), 0, 0, !hasFuture));
  }

  @Override
  public void shutdown() {
    time.shutdown();
    time.waiting().stream().filter(SettableTask::isPeriodic).forEach(task -> task.cancel(false));
  }

  @Override
  public List<Runnable> shutdownNow() {
    time.shutdown();
    List<SettableTask<?>> dropped = time.waiting();
    dropped.forEach(time::remove);
    return List.copyOf(dropped);
  }

  @Override
  public boolean isShutdown() {
    return time.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return time.isShutdown() && time.isIdle();
  }

  /** Waits in real time, for another thread to advance. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return time.awaitIdle(unit.toNanos(timeout)) && time.isShutdown();
  }

  /** Drops what still waits: nobody might ever advance to it. */
  @Override
  public void close() {
    shutdownNow().stream()
        .filter(SettableTask.class::isInstance)
        .forEach(task -> ((SettableTask<?>) task).cancel(false));
  }

  private ScheduledFuture<?> periodic(Runnable command, long delay, long period, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException("period = " + period + ": must be positive");
    }
    return enqueue(Executors.callable(command), unit.toNanos(delay), unit.toNanos(period));
  }

  private <V extends @Nullable Object> SettableTask<V> enqueue(
      Callable<V> work, long delayNanos, long periodNanos) {
    var task = new SettableTask<V>(accepting(), work, delayNanos, periodNanos, false);
    time.enqueue(task);
    return task;
  }

  private Timeline accepting() {
    if (time.isShutdown()) {
      throw new RejectedExecutionException("This scheduler has been shut down");
    }
    return time;
  }
}
