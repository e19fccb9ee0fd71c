package dev.weir.tasks;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failed tasks: of each name the first at once, then once a second how many more there were.
 * It remembers only names that failed in the last second.
 */
final class FailureLog {

  private static final Logger log = LoggerFactory.getLogger(BackgroundTaskManager.class);

  private static final long FIRST = 0;

  private final ScheduledExecutorService timer;
  private final Executor writer;
  private final ConcurrentHashMap<String, Long> leftOut = new ConcurrentHashMap<>();

  /**
   * @param timer ends each second
   * @param writer writes what the second brought: appenders may block, the timer must not
   */
  FailureLog(ScheduledExecutorService timer, Executor writer) {
    this.timer = timer;
    this.writer = writer;
  }

  void failed(String name, long id, Throwable failure) {
    if (leftOut.merge(name, FIRST, (count, _) -> count + 1) == FIRST) {
      log.warn("Task '{}' ({}) failed", name, id, failure);
      endSecondLater(name);
    }
  }

  private void endSecondLater(String name) {
    try {
      var _ = timer.schedule(() -> writer.execute(() -> endSecond(name)), 1, TimeUnit.SECONDS);
    } catch (RejectedExecutionException _) {
      leftOut.remove(name); // the timer has ended: from now on each failure gets its line
    }
  }

  private void endSecond(String name) {
    long more = atEndOf(name);
    if (more > 0) {
      log.warn("Task '{}' failed {} more times within a second; those are not shown", name, more);
      endSecondLater(name);
    }
  }

  /** Zero closes the second for good: the next failure is logged at once again. */
  private long atEndOf(String name) {
    long[] more = {0};
    leftOut.computeIfPresent(
        name,
        (_, count) -> {
          more[0] = count;
          return count == FIRST ? null : FIRST;
        });
    return more[0];
  }
}
