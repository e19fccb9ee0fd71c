package dev.weir.tasks.flow;

import dev.weir.gate.Deadline;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskInfo;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tasks of a scope or a group that are not over yet, and the wait until they are. */
final class Roster {

  /** What is told of each member, on the thread on which it happens; must not wait. */
  interface Watch {
    /** Its body begins, for the first time. */
    void began();

    /** Its outcome is known; its body may still run. */
    void done(Member<?> member);

    /** Its body has ended or never will begin. */
    void over(Member<?> member);
  }

  private final BackgroundTaskManager tasks;
  private final Watch watch;
  private final Set<Member<?>> live = ConcurrentHashMap.newKeySet();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  Roster(BackgroundTaskManager tasks, Watch watch) {
    this.tasks = Objects.requireNonNull(tasks, "tasks");
    this.watch = watch;
  }

  /**
   * Submits a task as a member.
   *
   * @throws IllegalArgumentException if it has a dedup key: it could be somebody else's task
   */
  <T extends @Nullable Object> Member<T> submit(Task task, Callable<? extends T> work) {
    Objects.requireNonNull(work, "work");
    refuseKey(task);
    var member = new Member<T>(this, work);
    live.add(member);
    try {
      member.accepted(tasks.<T>submit(task, member));
    } catch (Throwable refusal) {
      live.remove(member);
      throw refusal;
    }
    return member;
  }

  private static void refuseKey(Task task) {
    if (Objects.requireNonNull(task, "task").dedupKey().isPresent()) {
      throw new IllegalArgumentException(
          "task '%s' has the dedup key '%s', so it may be a task that others wait for, and cannot be ended with a scope, a group or a graph. Submit it to the manager inside a task without a key, and await it there."
              .formatted(task.name(), task.dedupKey().get()));
    }
  }

  void began() {
    watch.began();
  }

  void done(Member<?> member) {
    watch.done(member);
  }

  void over(Member<?> member) {
    live.remove(member);
    watch.over(member);
  }

  /** Takes the lock only while somebody waits. */
  void wake() {
    if (waiting.get() > 0) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Those that are not over. */
  List<Member<?>> all() {
    return List.copyOf(live);
  }

  /** Those that are not over, but for the one on the calling thread, which cannot end itself. */
  List<Member<?>> others() {
    Thread self = Thread.currentThread();
    return live.stream().filter(it -> !it.isOn(self)).collect(Collectors.toUnmodifiableList());
  }

  void cancel(Collection<Member<?>> members) {
    members.forEach(Member::cancel);
  }

  /**
   * Waits until the outcome of each of these is known.
   *
   * @throws InterruptedException if the caller is interrupted first
   */
  void awaitDone(List<Member<?>> members) throws InterruptedException {
    await(members, Member::isDone, Deadline.NONE);
  }

  /**
   * Waits until each of these is over.
   *
   * @return false if one was not at the deadline
   * @throws InterruptedException if the caller is interrupted first
   */
  boolean awaitOver(List<Member<?>> members, Deadline deadline) throws InterruptedException {
    return await(members, Member::isOver, deadline);
  }

  private boolean await(List<Member<?>> members, Predicate<Member<?>> reached, Deadline deadline)
      throws InterruptedException {
    waiting.incrementAndGet();
    lock.lock();
    try {
      for (Member<?> member : members) {
        while (!reached.test(member)) {
          long left = deadline.remainingNanos();
          if (left == 0) {
            return false;
          }
          long _ = changed.awaitNanos(left);
        }
      }
      return true;
    } finally {
      lock.unlock();
      waiting.decrementAndGet();
    }
  }

  /** What the manager lists of those of these that are not over, each with its stack of now. */
  List<TaskInfo> infos(Collection<Member<?>> members) {
    Set<Long> ids =
        members.stream()
            .filter(it -> !it.isOver() && it.isAccepted())
            .map(it -> it.handle().id())
            .collect(Collectors.toSet());
    return tasks.tasks().stream()
        .filter(it -> ids.contains(it.id()))
        .map(Roster::withStackOfNow)
        .toList();
  }

  private static TaskInfo withStackOfNow(TaskInfo info) {
    List<StackTraceElement> stack = info.stack();
    return new TaskInfo(
        info.name(), info.id(), info.status(), info.age(), info.bulkhead(), () -> stack);
  }
}
