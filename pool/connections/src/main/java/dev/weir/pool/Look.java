package dev.weir.pool;

import dev.weir.tasks.SystemTasks;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A look at the pool, on the timer, again and again: one that throws is logged once, and the next
 * takes place all the same.
 */
final class Look implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  private final Runnable work;
  private final AtomicBoolean told = new AtomicBoolean();

  Look(Runnable work) {
    this.work = work;
  }

  static Future<?> every(long millis, SystemTasks system, Runnable work) {
    return system
        .timer()
        .scheduleAtFixedRate(new Look(work), millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void run() {
    try {
      work.run();
    } catch (Throwable failure) {
      if (told.compareAndSet(false, true)) {
        LOG.warn(
            "A look at the pool failed; it is repeated, but this is logged only once.", failure);
      }
    }
  }
}
