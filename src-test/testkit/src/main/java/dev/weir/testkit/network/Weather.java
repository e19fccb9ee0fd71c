package dev.weir.testkit.network;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** What all connections of one proxy suffer alike. Safe for any thread. */
public final class Weather {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean blackHole;
  private volatile long delayNanos;

  public void blackHole(boolean on) {
    lock.lock();
    try {
      blackHole = on;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public void delay(Duration delay) {
    delayNanos = delay.toNanos();
  }

  /** When something that was sent now may arrive, in {@link System#nanoTime()}. */
  long arrival() {
    return System.nanoTime() + delayNanos;
  }

  /** Waits until that time has come and nothing is swallowed, or the connection is gone. */
  void awaitPassage(long arrival, BooleanSupplier gone) throws InterruptedException {
    lock.lock();
    try {
      long left = arrival - System.nanoTime();
      while (!gone.getAsBoolean() && (blackHole || left > 0)) {
        if (left > 0) {
          changed.awaitNanos(left);
        } else {
          changed.await();
        }
        left = arrival - System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Wakes who waits, because a connection is gone. */
  void stir() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
