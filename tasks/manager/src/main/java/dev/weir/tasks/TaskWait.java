package dev.weir.tasks;

import dev.weir.tasks.work.Wait;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task's wait for another one, and what its permit does meanwhile.
 *
 * <p>The rule: a task that waits needs no permit, so it lends its own to the one it waits for, if
 * that is queued in the same bulkhead, or to whichever is queued at the end of a chain of such
 * waits. So nobody waits for a permit that is held by somebody who waits for him. A permit is lent
 * to one task at a time and returns with that task's end. Who stops waiting before takes it back at
 * once: the borrower then gets a permit beyond the limit, for it is under way already.
 *
 * <p>Every wait is first noted, then looks along the whole chain; so of waits that begin at the
 * same time the one that is noted last sees all of it.
 */
final class TaskWait implements Wait {

  /** A longer chain is a circle: tasks that wait for each other, which no permit can help. */
  private static final int LONGEST_CHAIN = 100_000;

  final LiveTask<?> awaited;

  /** The neighbours among the waits for the same task; guarded by that task. */
  @Nullable TaskWait previous;

  @Nullable TaskWait next;

  private final TaskRun waiting;

  /** Guarded by this, as is the next. */
  private @Nullable LiveTask<?> borrower;

  private boolean over;

  private TaskWait(TaskRun waiting, LiveTask<?> awaited) {
    this.waiting = waiting;
    this.awaited = awaited;
  }

  /** Begins a wait, if the calling thread runs a task. */
  static @Nullable TaskWait begin(LiveTask<?> awaited) {
    TaskRun run = TaskRun.find();
    if (run == null || !Thread.currentThread().equals(run.thread())) {
      return null;
    }
    var wait = new TaskWait(run, awaited);
    awaited.add(wait);
    run.waits = wait;
    wait.lendWhereNeeded();
    return wait;
  }

  /** The task goes on. */
  @Override
  public void close() {
    waiting.waits = null;
    awaited.remove(this);
    synchronized (this) {
      if (borrower != null) {
        borrower.overdraw(); // first, or its end would give back what is not taken yet
      }
      over = true;
    }
  }

  private void lendWhereNeeded() {
    LiveTask<?> last = endOfChain();
    if (last == null || !last.isQueuedForPermit()) {
      return;
    }
    TaskWait lender = lenderTo(last);
    if (lender != null && !last.borrow(lender)) {
      var _ = lender.takeBack(); // it has been admitted or cancelled meanwhile
    }
  }

  private @Nullable LiveTask<?> endOfChain() {
    LiveTask<?> last = awaited;
    for (int i = 0; i < LONGEST_CHAIN; i++) {
      TaskWait further = last.waitOfIts();
      if (further == null) {
        return last;
      }
      last = further.awaited;
    }
    return null;
  }

  /** The nearest that waits for it and has its permit to spare. */
  private static @Nullable TaskWait lenderTo(LiveTask<?> task) {
    Deque<LiveTask<?>> awaitedOnes = new ArrayDeque<>();
    awaitedOnes.add(task);
    while (!awaitedOnes.isEmpty()) {
      for (TaskWait wait : awaitedOnes.remove().waits()) {
        if (wait.waiting.task.sharesPermitsWith(task) && wait.lend(task)) {
          return wait;
        }
        awaitedOnes.add(wait.waiting.task);
      }
    }
    return null;
  }

  private synchronized boolean lend(LiveTask<?> task) {
    if (over || borrower != null) {
      return false;
    }
    borrower = task;
    return true;
  }

  /** The borrower needs it no more; false if it has a permit of its own by now. */
  synchronized boolean takeBack() {
    if (over) {
      return false;
    }
    borrower = null;
    return true;
  }

  @Override
  public String toString() {
    return "%s waits for %s".formatted(waiting, Objects.requireNonNull(awaited));
  }
}
