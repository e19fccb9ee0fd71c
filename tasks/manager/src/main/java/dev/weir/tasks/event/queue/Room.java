package dev.weir.tasks.event.queue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where those wait who have an item for a full backlog. They are woken when there is room for a
 * good many, because to be woken for one place each time costs more than what is put there; and
 * they look for themselves every millisecond, so that slow handlers do not keep them. Safe for use
 * by many threads.
 */
public final class Room {

  private static final int MANY = 256;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Backlog backlog;
  private final int roomy;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private volatile boolean wanted;

  /** Nobody waits yet for that backlog. */
  public Room(Backlog backlog) {
    this.backlog = backlog;
    this.roomy = backlog.capacity() - Math.min(MANY, (backlog.capacity() + 1) / 2);
  }

  /** An item was taken; costs one look if nobody waits. */
  public void freed() {
    if (wanted && backlog.size() <= roomy) {
      wanted = false;
      changed();
    }
  }

  /** Everybody shall look again. */
  public void changed() {
    lock.lock();
    try {
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until {@code entered} says so, at most so long.
   *
   * @param entered tried at once and each time that there may be room
   * @return whether it did
   * @throws InterruptedException if the thread was interrupted
   */
  public boolean await(BooleanSupplier entered, long nanos) throws InterruptedException {
    long end = System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 2);
    lock.lockInterruptibly();
    try {
      wanted = true;
      while (!entered.getAsBoolean()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        var _ = freed.awaitNanos(Math.min(left, LOOK_NANOS));
        wanted = true;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
