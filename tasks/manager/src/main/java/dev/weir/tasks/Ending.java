package dev.weir.tasks;

import dev.weir.gate.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How an engine's tasks are brought to their end: waited for, then interrupted, then named. */
final class Ending {

  /** What interrupted bodies get to clean up, beyond the budget. */
  static final Duration GRACE = Duration.ofMillis(500);

  private final LiveTasks live;
  private final Counts counts;
  private final AtomicReference<@Nullable CompletableFuture<ShutdownReport>> closing =
      new AtomicReference<>();

  Ending(LiveTasks live, Counts counts) {
    this.live = live;
    this.counts = counts;
  }

  ShutdownReport drain(Duration budget) {
    var account = new Account(counts);
    live.awaitNoOthers(Deadline.in(budget));
    return account.report(live, counts);
  }

  /** The first call does it; a later one waits for the first, unless the first waits for it. */
  ShutdownReport close(Duration budget) {
    var mine = new CompletableFuture<ShutdownReport>();
    CompletableFuture<ShutdownReport> first = closing.compareAndExchange(null, mine);
    if (first != null) {
      return join(first, budget);
    }
    var account = new Account(counts);
    if (!live.awaitNoOthers(Deadline.in(budget))) {
      account.endedInTime(counts);
      List<LiveTask<?>> late = live.others();
      late.forEach(account::drop); // first, or permits that come back would start them
      late.stream().filter(it -> !it.status().isDone()).forEach(account::interrupt);
      live.awaitNoOthers(Deadline.in(GRACE));
    }
    ShutdownReport report = account.report(live, counts);
    mine.complete(report);
    return report;
  }

  private ShutdownReport join(CompletableFuture<ShutdownReport> first, Duration budget) {
    if (first.isDone() || !live.isOneOfThem(Thread.currentThread())) {
      try {
        long patience = Deadline.in(budget).remainingNanos() + GRACE.toNanos();
        return first.get(patience, TimeUnit.NANOSECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (TimeoutException | ExecutionException _) {
        // then what can be said now must do
      }
    }
    return new Account(counts).report(live, counts);
  }

  /** What one drain or close has done so far. */
  private static final class Account {

    private static final int MOST_STACKS = 1_000;
    private static final String CLOSED = "its manager closed";

    private final long start = System.nanoTime();
    private final long endedBefore;
    private final List<String> interrupted = new ArrayList<>();
    private final List<String> unstarted = new ArrayList<>();
    private long drained = -1;

    Account(Counts counts) {
      endedBefore = counts.endedByThemselves();
    }

    void endedInTime(Counts counts) {
      drained = counts.endedByThemselves() - endedBefore;
    }

    void drop(LiveTask<?> run) {
      if (run.drop(run.cancelledBecause(CLOSED))) {
        unstarted.add(run.name());
      }
    }

    void interrupt(LiveTask<?> run) {
      if (run.cancel(run.cancelledBecause(CLOSED), true) == Cancellation.INTERRUPTED) {
        interrupted.add(run.name());
      }
    }

    ShutdownReport report(LiveTasks live, Counts counts) {
      if (drained < 0) {
        endedInTime(counts);
      }
      return new ShutdownReport(
          drained,
          interrupted,
          unstarted,
          left(live.others()),
          Duration.ofNanos(System.nanoTime() - start));
    }

    /** A stack costs about 10 us: a million of them would outlast any budget. */
    private static List<TaskInfo> left(List<LiveTask<?>> runs) {
      var all = new ArrayList<TaskInfo>(runs.size());
      for (LiveTask<?> run : runs) {
        TaskInfo info = run.info();
        all.add(withStack(info, all.size() < MOST_STACKS ? info.stack() : List.of()));
      }
      return all;
    }

    private static TaskInfo withStack(TaskInfo info, List<StackTraceElement> stack) {
      return new TaskInfo(
          info.name(), info.id(), info.status(), info.age(), info.bulkhead(), () -> stack);
    }
  }
}
