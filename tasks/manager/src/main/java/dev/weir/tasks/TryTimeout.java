package dev.weir.tasks;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that one try may take: it interrupts the try, and calls for help if that does not end
 * it. Made and ended on the thread of the try, whose interrupt flag it leaves as if it had never
 * been.
 */
final class TryTimeout {

  /** What an interrupted try gets to clean up. */
  static final Duration GRACE = Duration.ofSeconds(1);

  private final ScheduledExecutorService timer;
  private final Runnable deaf;
  private final Thread runner = Thread.currentThread();
  private @Nullable Future<?> alarm;
  private boolean over;
  private boolean givenUp;
  private boolean ended;

  /**
   * @param deaf what to do if the try goes on after its interrupt and the grace; on the timer
   */
  TryTimeout(ScheduledExecutorService timer, Runnable deaf) {
    this.timer = timer;
    this.deaf = deaf;
  }

  synchronized void begin(Duration time) {
    ring(this::interrupt, time);
  }

  private synchronized void interrupt() {
    if (!ended) {
      over = true;
      runner.interrupt();
      ring(this::giveUp, GRACE);
    }
  }

  private void giveUp() {
    synchronized (this) {
      if (ended) {
        return;
      }
      givenUp = true;
    }
    deaf.run();
  }

  private void ring(Runnable what, Duration time) {
    try {
      alarm = timer.schedule(what, time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      alarm = null; // the timer has ended, and whoever closed it ends the task
    }
  }

  /** The try has ended: whether its time was over. */
  synchronized boolean end() {
    ended = true;
    if (alarm != null) {
      alarm.cancel(false);
    }
    if (over) {
      Thread.interrupted();
    }
    return over;
  }

  /** Whether help was called before the try had ended, so that no other may follow. */
  synchronized boolean isGivenUp() {
    return givenUp;
  }
}
