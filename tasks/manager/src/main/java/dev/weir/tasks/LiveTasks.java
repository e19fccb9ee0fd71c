package dev.weir.tasks;

import dev.weir.gate.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The tasks that are queued or whose bodies run, and the wait until there are none. */
final class LiveTasks {

  private final Places places = new Places();
  private final AtomicInteger watchers = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition oneLess = lock.newCondition();

  void add(LiveTask<?> task) {
    places.take(task);
  }

  /** Takes the lock only while somebody waits: ends are as frequent as submissions. */
  void remove(LiveTask<?> task) {
    places.leave(task);
    if (watchers.get() > 0) {
      lock.lock();
      try {
        oneLess.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  List<TaskInfo> infos() {
    return all(LiveTask::isLive).stream().map(LiveTask::info).toList();
  }

  /** Also those that are leaving now. */
  List<LiveTask<?>> all() {
    return all(_ -> true);
  }

  boolean isEmpty() {
    return !places.any(_ -> true);
  }

  /** All but the one that is asking, if a task of ours is: it cannot wait for itself. */
  List<LiveTask<?>> others() {
    Thread self = Thread.currentThread();
    return all(it -> it.isLive() && !it.isOn(self));
  }

  private boolean hasOthers() {
    Thread self = Thread.currentThread();
    return places.any(it -> it.isLive() && !it.isOn(self));
  }

  boolean isOneOfThem(Thread thread) {
    return places.any(it -> it.isOn(thread));
  }

  private List<LiveTask<?>> all(Predicate<LiveTask<?>> which) {
    List<LiveTask<?>> found = new ArrayList<>();
    places.any(task -> which.test(task) && !found.add(task));
    return found;
  }

  /**
   * Waits until there are no others.
   *
   * @return false at the deadline or an interrupt, whose flag is then set
   */
  boolean awaitNoOthers(Deadline deadline) {
    watchers.incrementAndGet();
    lock.lock();
    try {
      while (hasOthers()) {
        long left = deadline.remainingNanos();
        if (left == 0) {
          return false;
        }
        oneLess.await(left, TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
      watchers.decrementAndGet();
    }
  }
}
