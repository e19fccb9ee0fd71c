package dev.weir.testkit.network;

import dev.weir.testkit.wire.Direction;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
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
  private volatile long jitterNanos;
  private volatile int bytesPerSecond;

  public void blackHole(boolean on) {
    lock.lock();
    try {
      blackHole = on;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public void delay(Duration delay, Duration jitter) {
    delayNanos = delay.toNanos();
    jitterNanos = jitter.toNanos();
  }

  /** As much as that each way, on each connection; 0 for as much as there is. */
  public void rate(int bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
    stir();
  }

  int rate() {
    return bytesPerSecond;
  }

  /** False if others are still to be put in there. */
  public boolean inject(Direction direction, byte[] bytes, StandingRule rule) {
    AtomicReference<@Nullable Injection> place = way(direction).injection;
    Injection other = place.get();
    return (other == null || other.rule().isOver())
        && place.compareAndSet(other, new Injection(bytes, rule));
  }

  /** The rule that puts bytes in there, if there is one. */
  public @Nullable StandingRule injecting(Direction direction) {
    Injection now = way(direction).injection.get();
    return now == null ? null : now.rule();
  }

  /** What the one connection that asks first has to put in before its next byte. */
  @Nullable Injection takeInjection(Direction direction) {
    AtomicReference<@Nullable Injection> place = way(direction).injection;
    Injection now = place.get();
    boolean mine = now != null && place.compareAndSet(now, null) && now.rule().claim();
    return mine ? now : null;
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
    long jitter = jitterNanos;
    long chance = jitter == 0 ? 0 : ThreadLocalRandom.current().nextLong(jitter + 1);
    return System.nanoTime() + delayNanos + chance;
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

  /** Waits until the next byte may follow at the rate that is set, or the connection is over. */
  void awaitTurn(BooleanSupplier over) throws InterruptedException {
    long start = System.nanoTime();
    lock.lock();
    try {
      int rate = bytesPerSecond;
      long left = rate == 0 ? 0 : start + 1_000_000_000L / rate - System.nanoTime();
      while (!over.getAsBoolean() && left > 0) {
        changed.awaitNanos(left);
        rate = bytesPerSecond;
        left = rate == 0 ? 0 : start + 1_000_000_000L / rate - System.nanoTime();
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
    final AtomicReference<@Nullable Injection> injection = new AtomicReference<>();
  }
}
