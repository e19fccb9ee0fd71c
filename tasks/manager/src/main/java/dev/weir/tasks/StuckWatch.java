package dev.weir.tasks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks for tasks that run longer than they should, now and then, and only while there are tasks.
 * Each try is told of once.
 */
final class StuckWatch {

  private static final Duration SOONEST = Duration.ofMillis(100);
  private static final Duration LATEST = Duration.ofSeconds(10);

  private final Duration usualBound;
  private final Engine engine;
  private final TaskListener listener;
  private final long pauseNanos;
  private volatile boolean watching;

  StuckWatch(Duration usualBound, Engine engine, TaskListener listener) {
    this.usualBound = usualBound;
    this.engine = engine;
    this.listener = listener;
    this.pauseNanos = Math.clamp(usualBound.toNanos() / 4, SOONEST.toNanos(), LATEST.toNanos());
  }

  /** A task begins: one read, if another has begun before. */
  void began() {
    if (!watching) {
      watch();
    }
  }

  private void watch() {
    watching = true;
    try {
      var _ =
          engine
              .parts
              .timer()
              .schedule(() -> engine.offTheTimer(this::look), pauseNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      watching = true; // the timer has ended, and with it the watch
    }
  }

  private void look() {
    watching = false;
    for (LiveTask<?> task : engine.book.live.all()) {
      StuckTask stuck = stuck(task);
      if (stuck != null && task.complainOf(stuck.attempt())) {
        listener.stuck(stuck);
      }
    }
    if (!engine.book.live.isEmpty()) {
      began();
    }
  }

  /** All that run longer than they should. */
  List<StuckTask> stuck() {
    return engine.book.live.all().stream()
        .<StuckTask>mapMulti(
            (task, found) -> {
              StuckTask it = stuck(task);
              if (it != null) {
                found.accept(it);
              }
            })
        .toList();
  }

  private @Nullable StuckTask stuck(LiveTask<?> task) {
    Duration bound = task.task.safeguards().stuckAfter().orElse(usualBound);
    Duration running = task.ran().orElse(Duration.ZERO);
    return task.isRunning() && running.compareTo(bound) >= 0
        ? new StuckTask(task.info(), task.attempt(), running, bound)
        : null;
  }
}
