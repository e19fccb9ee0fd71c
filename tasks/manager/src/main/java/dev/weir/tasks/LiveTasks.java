package dev.weir.tasks;

import dev.weir.gate.Deadline;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The tasks that are queued or whose bodies run, and the wait until there are none. */
final class LiveTasks {

  private final Set<TaskRun<?>> all = ConcurrentHashMap.newKeySet(1_024);
  private final AtomicInteger watchers = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition oneLess = lock.newCondition();

  void add(TaskRun<?> run) {
    all.add(run);
  }

  /** Takes the lock only while somebody waits: ends are as frequent as submissions. */
  void remove(TaskRun<?> run) {
    all.remove(run);
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
    return all.stream().filter(TaskRun::isLive).map(TaskRun::info).toList();
  }

  /** All but the one that is asking, if a task of ours is: it cannot wait for itself. */
  List<TaskRun<?>> others() {
    Thread self = Thread.currentThread();
    return all.stream()
        .filter(it -> it.isLive() && !it.isOn(self))
        .<TaskRun<?>>map(it -> it)
        .toList();
  }

  boolean isOneOfThem(Thread thread) {
    return all.stream().anyMatch(it -> it.isOn(thread));
  }

  private boolean noOthers() {
    Thread self = Thread.currentThread();
    return all.stream().allMatch(it -> !it.isLive() || it.isOn(self));
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
      while (!noOthers()) {
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
