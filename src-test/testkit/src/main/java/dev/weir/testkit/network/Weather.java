package dev.weir.testkit.network;

import dev.weir.testkit.wire.Direction;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What all connections of one proxy suffer alike. Safe for any thread. */
public final class Weather {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Way toServer = new Way();
  private final Way toClient = new Way();
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

  public void drop(Direction direction, boolean on) {
    way(direction).drops.set(on);
    stir();
  }

  /** False if another one stands: two of one direction would count the same bytes. */
  public boolean truncate(Direction direction, long bytes, StandingRule rule) {
    AtomicReference<@Nullable Truncation> place = way(direction).truncation;
    Truncation other = place.get();
    return (other == null || other.rule().isOver())
        && place.compareAndSet(other, new Truncation(bytes, rule));
  }

  /** The rule that cuts here after some bytes, if there is one. */
  public @Nullable StandingRule truncating(Direction direction) {
    Truncation now = way(direction).truncation.get();
    return now == null ? null : now.rule();
  }

  boolean drops(Direction direction) {
    return way(direction).drops.get();
  }

  @Nullable Truncation truncation(Direction direction) {
    return way(direction).truncation.get();
  }

  /** True for the one connection that may be cut. */
  boolean spend(Direction direction, Truncation truncation) {
    way(direction).truncation.compareAndSet(truncation, null);
    return truncation.rule().claim();
  }

  private Way way(Direction direction) {
    return direction == Direction.TO_SERVER ? toServer : toClient;
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

  /** Waits until nothing is dropped in this direction, or the connection is over. */
  void awaitDelivery(Direction direction, BooleanSupplier over) throws InterruptedException {
    lock.lock();
    try {
      while (!over.getAsBoolean() && drops(direction)) {
        changed.await();
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

  private static final class Way {
    final AtomicBoolean drops = new AtomicBoolean();
    final AtomicReference<@Nullable Truncation> truncation = new AtomicReference<>();
  }
}
