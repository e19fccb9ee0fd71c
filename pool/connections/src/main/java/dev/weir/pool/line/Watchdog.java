package dev.weir.pool.line;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.SystemTasks;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that calls to the server end when they are due: one thread for all lines of a manager.
 *
 * <p>It sleeps until the soonest moment it knows of, and is woken only for a sooner one. What may
 * block, it never does itself: each cancel has a system task of its own, so that a server behind a
 * black hole delays nobody else's. Safe for use by any number of threads.
 */
public final class Watchdog implements AutoCloseable {

  static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  /** Moments are counted from here, so that each is above 0. */
  private final long origin = System.nanoTime() - 1;

  private final SystemTasks system;
  private final ScheduledExecutorService home;
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();
  private final CallFigures calls = new CallFigures();
  private volatile long wakeAt = Line.UNBOUNDED;
  private volatile @Nullable Thread watcher;
  private volatile boolean closed;

  private Watchdog(SystemTasks system) {
    this.system = system;
    this.home = system.timer("weir-watchdog");
  }

  /** Opens it, with a thread and helpers from {@code system}. */
  public static Watchdog open(SystemTasks system) {
    var watchdog = new Watchdog(system);
    watchdog.home.execute(watchdog::watch);
    return watchdog;
  }

  /** What all lines together have done. */
  public CallFigures calls() {
    return calls;
  }

  long now() {
    return System.nanoTime() - origin;
  }

  /** The moment that lies so far ahead. */
  static long moment(long now, long nanosAhead) {
    if (nanosAhead == Line.UNBOUNDED) {
      return Line.UNBOUNDED;
    }
    long at = now + nanosAhead;
    return at < 0 ? Line.UNBOUNDED : at;
  }

  void watch(Line line) {
    lines.add(line);
  }

  /** Something is due at that moment, on a line that is watched. */
  void expect(long moment) {
    if (moment < wakeAt) {
      LockSupport.unpark(watcher);
    }
  }

  /** Has {@code work} done by a system task of its own; not at all once those are closed. */
  void help(Work work) {
    Callable<Boolean> task =
        () -> {
          work.run();
          return true;
        };
    try {
      system.submit("weir-cancel", task);
    } catch (AdmissionRejectedException shut) {
      LOG.debug("No helper for a cancel: the system tasks are closed.", shut);
    }
  }

  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private void watch() {
    watcher = Thread.currentThread();
    while (!closed && !Thread.currentThread().isInterrupted()) {
      // Whoever begins a call during the look wakes us from the sleep after it.
      wakeAt = Line.UNBOUNDED;
      long soonest = lookAtAll();
      wakeAt = soonest;
      long ahead = soonest - now();
      if (ahead > 0 && !closed) {
        LockSupport.parkNanos(this, ahead);
      }
    }
  }

  private long lookAtAll() {
    long soonest = Line.UNBOUNDED;
    long now = now();
    for (Line line : lines) {
      soonest = Math.min(soonest, look(line, now));
    }
    return soonest;
  }

  private long look(Line line, long now) {
    try {
      if (line.isGone()) {
        lines.remove(line);
        return Line.UNBOUNDED;
      }
      return line.look(now);
    } catch (RuntimeException failure) {
      LOG.warn("The watchdog could not look after a connection; it goes on.", failure);
      return Line.UNBOUNDED;
    }
  }

  /** Ends the watch; calls under way are not stopped any more. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watcher);
    home.shutdown();
  }
}
