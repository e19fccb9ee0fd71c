package dev.weir.testkit.time;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The machine behind settable time: two clocks and the line of tasks. Safe for any thread; tasks
 * run outside the lock, only on the thread that advances.
 */
public final class Timeline {
  private static final long FIRST_NANOS = 1_000_000_000L;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<SettableTask<?>> queue = new PriorityQueue<>();
  private long nanos = FIRST_NANOS;
  private Instant wall;
  private long sequence;
  private @Nullable Thread advancing;
  private volatile boolean shutdown;

  public Timeline(Instant wall) {
    this.wall = wall;
  }

  public long nanos() {
    lock.lock();
    try {
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  public Instant instant() {
    lock.lock();
    try {
      return wall;
    } finally {
      lock.unlock();
    }
  }

  /** Runs what falls due until then, in order, each task at its own due time. */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("Monotonic time cannot go back by " + duration.negated());
    }
    long until = beginAdvance(duration);
    try {
      Failures failures = new Failures();
      for (var due = takeDue(until); due.isPresent(); due = takeDue(until)) {
        due.get().runWhenDue(failures);
      }
      moveTo(until);
      failures.throwIfAny();
    } finally {
      endAdvance();
    }
  }

  public void moveWallClock(Instant to) {
    lock.lock();
    try {
      wall = to;
    } finally {
      lock.unlock();
    }
  }

  /** From now on no task is taken in line again; what waits may still run. */
  void shutdown() {
    shutdown = true;
  }

  boolean isShutdown() {
    return shutdown;
  }

  /** Puts a task in line; of two that are due at once the one put earlier runs first. */
  void enqueue(SettableTask<?> task) {
    lock.lock();
    try {
      task.position(sequence++);
      queue.add(task);
    } finally {
      lock.unlock();
    }
  }

  void remove(SettableTask<?> task) {
    lock.lock();
    try {
      queue.remove(task);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no task waits and none is being run. */
  boolean isIdle() {
    lock.lock();
    try {
      return queue.isEmpty() && advancing == null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits in real time until no task waits and none is being run. */
  boolean awaitIdle(long patienceNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = patienceNanos;
      while (!isIdle() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return isIdle();
    } finally {
      lock.unlock();
    }
  }

  /** A copy of what waits, in no order. */
  List<SettableTask<?>> waiting() {
    lock.lock();
    try {
      return List.copyOf(queue);
    } finally {
      lock.unlock();
    }
  }

  private long beginAdvance(Duration duration) {
    lock.lock();
    try {
      if (advancing != null) {
        throw new IllegalStateException(
            "Time is being advanced already, by thread %s; a task cannot advance it"
                .formatted(advancing.getName()));
      }
      advancing = Thread.currentThread();
      return nanos + duration.toNanos();
    } finally {
      lock.unlock();
    }
  }

  private void endAdvance() {
    lock.lock();
    try {
      advancing = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Optional<SettableTask<?>> takeDue(long until) {
    lock.lock();
    try {
      SettableTask<?> next = queue.peek();
      if (next == null || next.dueNanos() - until > 0) {
        return Optional.empty();
      }
      queue.remove();
      moveTo(Math.max(nanos, next.dueNanos()));
      return Optional.of(next);
    } finally {
      lock.unlock();
    }
  }

  private void moveTo(long to) {
    lock.lock();
    try {
      wall = wall.plusNanos(to - nanos);
      nanos = to;
    } finally {
      lock.unlock();
    }
  }
}
