package dev.weir.tasks.clockwork;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.tasks.schedule.ScheduledRun;
import dev.weir.tasks.schedule.ScheduledRun.Ending;
import dev.weir.tasks.work.Started;
import dev.weir.tasks.work.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of a schedule. */
final class Run implements Work {

  private final Ticks ticks;
  private final Chore chore;
  private final Time time;
  private final long dueAt;
  private volatile @Nullable Started started;
  private volatile boolean cancelled;
  private volatile @Nullable Instant began;
  private volatile long beganAt;

  Run(Ticks ticks, Chore chore, Time time, long dueAt) {
    this.ticks = ticks;
    this.chore = chore;
    this.time = time;
    this.dueAt = dueAt;
  }

  void start() {
    try {
      chore.starter().start(this);
      cancelIfAsked();
    } catch (AdmissionRejectedException refusal) {
      if (refusal.reason() == Reason.CLOSED) {
        ticks.cancel();
      }
      ticks.runEnded(this, how(Ending.REFUSED, refusal));
    } catch (Throwable failure) {
      ticks.runEnded(this, how(Ending.FAILED, failure)); // or the schedule would wait for its end
      throw failure;
    }
  }

  void cancel() {
    cancelled = true;
    cancelIfAsked();
  }

  /** Whoever comes second, the start or the wish, cancels. */
  private void cancelIfAsked() {
    Started mine = started;
    if (cancelled && mine != null) {
      mine.cancel("the next run of its schedule takes its place", true);
    }
  }

  @Override
  public void accepted(Started task) {
    started = task;
  }

  @Override
  public void call() throws Exception {
    beganAt = time.now();
    began = time.clock().instant();
    chore.late().accept(Math.max(0, beganAt - dueAt));
    var _ = chore.body().call();
  }

  @Override
  public void ended(End end, @Nullable Throwable failure) {
    Ending ending =
        switch (end) {
          case SUCCEEDED -> Ending.SUCCEEDED;
          case FAILED -> Ending.FAILED;
          case CANCELLED -> Ending.CANCELLED;
          case TIMED_OUT -> Ending.TIMED_OUT;
        };
    ticks.runEnded(this, how(ending, failure));
  }

  private ScheduledRun how(Ending ending, @Nullable Throwable failure) {
    Instant since = began;
    return since == null
        ? new ScheduledRun(
            time.clock().instant(), Duration.ZERO, ending, Optional.ofNullable(failure))
        : new ScheduledRun(
            since,
            Duration.ofNanos(Math.max(0, time.now() - beganAt)),
            ending,
            Optional.ofNullable(failure));
  }
}
