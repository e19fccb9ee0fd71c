package dev.weir.monitoring.web;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs exchanges so that slow callers cannot keep others out: each has a time, reading its request
 * included, and one more than may be makes the oldest go. Whoever must go is interrupted, which
 * closes its socket. The JDK's server has limits of that kind only as system properties for the
 * whole process, which are not ours to set.
 */
final class Exchanges implements Executor {

  private final Executor threads;
  private final ScheduledExecutorService timer;
  private final int most;
  private final Duration longest;
  private final Set<Running> running = new LinkedHashSet<>();

  Exchanges(Executor threads, ScheduledExecutorService timer, int most, Duration longest) {
    this.threads = threads;
    this.timer = timer;
    this.most = most;
    this.longest = longest;
  }

  @Override
  public void execute(Runnable exchange) {
    threads.execute(() -> run(exchange));
  }

  private void run(Runnable exchange) {
    var mine = new Running(Thread.currentThread());
    Running oldest = enter(mine);
    if (oldest != null) {
      oldest.end();
    }
    Future<?> alarm = timer.schedule(mine::end, longest.toMillis(), TimeUnit.MILLISECONDS);
    try {
      exchange.run();
    } finally {
      alarm.cancel(false);
      leave(mine);
      mine.over();
    }
  }

  private synchronized @Nullable Running enter(Running mine) {
    Running oldest = running.size() < most ? null : running.iterator().next();
    if (oldest != null) {
      running.remove(oldest);
    }
    running.add(mine);
    return oldest;
  }

  private synchronized void leave(Running mine) {
    running.remove(mine);
  }

  /** How many are under way. */
  synchronized int count() {
    return running.size();
  }

  private static final class Running {
    private final Thread thread;
    private boolean over;

    Running(Thread thread) {
      this.thread = thread;
    }

    synchronized void end() {
      if (!over) {
        thread.interrupt();
      }
    }

    synchronized void over() {
      over = true;
      Thread.interrupted();
    }
  }
}
