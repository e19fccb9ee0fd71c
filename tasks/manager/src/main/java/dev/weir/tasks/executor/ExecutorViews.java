package dev.weir.tasks.executor;

import dev.weir.gate.Ticker;
import dev.weir.tasks.work.Starter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** The executor views of one engine. Safe for use by many threads. */
public final class ExecutorViews implements AutoCloseable {

  private final ScheduledExecutorService timer;
  private final Ticker ticker;
  private final Set<DelayedFuture<?>> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Makes views.
   *
   * @param timer where delays are waited for
   * @param ticker what they are measured by
   */
  public ExecutorViews(ScheduledExecutorService timer, Ticker ticker) {
    this.timer = timer;
    this.ticker = ticker;
  }

  /** A view whose commands are started by {@code starter}, under that name. */
  public ExecutorService executor(String name, Starter starter) {
    return new TaskExecutor(name, starter);
  }

  /** A view that can wait as well. */
  public ScheduledExecutorService scheduled(String name, Starter starter) {
    return new ScheduledTaskExecutor(name, starter, this);
  }

  /** Cancels what waits for its time, now and from now on. What was started goes on. */
  @Override
  public void close() {
    closed = true;
    waiting.forEach(it -> it.cancel(false));
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  long nanos() {
    return ticker.nanos();
  }

  void waits(DelayedFuture<?> future) {
    waiting.add(future); // before the look at closed: a close sees the future, or it sees closed
    if (closed) {
      future.cancel(false);
    }
  }

  void waitsNoMore(DelayedFuture<?> future) {
    waiting.remove(future);
  }
}
