package dev.weir.tasks.event.queue;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The threads that wait for work, without a limit. Safe for use by many threads. */
public final class Sleepers {

  /** The one of a crew of one, or one of many. */
  private final AtomicReference<@Nullable Thread> first = new AtomicReference<>();

  private final Queue<Thread> others = new ConcurrentLinkedQueue<>();

  /** Nobody sleeps yet. */
  public Sleepers() {}

  /** Whether somebody sleeps, or is about to. */
  public boolean any() {
    return first.get() != null || !others.isEmpty();
  }

  /** Wakes one. */
  public void wakeOne() {
    Thread one = first.get();
    if (one == null || !first.compareAndSet(one, null)) {
      one = others.poll();
    }
    LockSupport.unpark(one);
  }

  /** Wakes all. */
  public void wakeAll() {
    while (any()) {
      wakeOne();
    }
  }

  /**
   * Sleeps until woken; may return without a reason.
   *
   * @param work whether there is work after all; looked at once the thread can be woken
   */
  public void sleepUnless(BooleanSupplier work) {
    Thread me = Thread.currentThread();
    if (!first.compareAndSet(null, me)) {
      others.add(me);
    }
    if (!work.getAsBoolean()) {
      LockSupport.park(this);
    }
    // Not there if somebody woke it: then it looks for work, as it was told.
    if (!first.compareAndSet(me, null)) {
      others.remove(me);
    }
  }
}
