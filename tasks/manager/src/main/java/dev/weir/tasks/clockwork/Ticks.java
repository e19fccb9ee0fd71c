package dev.weir.tasks.clockwork;

import dev.weir.tasks.schedule.Cron;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import dev.weir.tasks.schedule.ScheduledRun;
import dev.weir.tasks.schedule.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: it waits for a tick, starts what the tick may start, and waits for the next,
 * whatever becomes of the runs. Everything is decided under its lock; runs are started and
 * cancelled outside, because that may call anything.
 */
final class Ticks implements ScheduleHandle {

  private final Clockwork clockwork;
  private final String name;
  private final Schedule schedule;
  private final Beat beat;
  private final Runs runs;
  private final Executor tickOn;
  private @Nullable Future<?> pending;
  private boolean paused;
  private boolean ended;

  Ticks(Clockwork clockwork, String name, Schedule schedule, Chore chore) {
    this.clockwork = clockwork;
    this.name = name;
    this.schedule = schedule;
    this.beat = Beat.of(schedule, clockwork.time());
    this.runs = new Runs(this, schedule.overlap(), chore, clockwork);
    this.tickOn = isCron() ? clockwork.time().aside() : Runnable::run;
  }

  boolean isCron() {
    return schedule.timing() instanceof Cron;
  }

  /** Waits for the next tick, if there is to be one. */
  synchronized void arm() {
    if (pending != null) {
      pending.cancel(false);
    }
    if (ended || paused || !beat.isComing()) {
      return;
    }
    try {
      pending =
          clockwork
              .time()
              .timer()
              .schedule(this::ring, Math.max(0, beat.nanosToRun()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      cancel(); // the timer has ended, and with it every schedule
    }
  }

  private void ring() {
    tickOn.execute(this::tick);
  }

  private void tick() {
    List<Runnable> toDo;
    synchronized (this) {
      if (ended || paused || !beat.isComing()) {
        return;
      }
      long early = beat.nanosToRun();
      toDo = early > 0 ? List.of() : offer(beat.take(), clockwork.time().now() + early);
    }
    try {
      toDo.forEach(Runnable::run);
    } finally {
      arm(); // last, so that no tick overtakes the one before
    }
  }

  private List<Runnable> offer(Beat.Due due, long dueAt) {
    long wanted =
        Math.min(due.ticks(), Math.max(schedule.misfire().atMost(), due.onTime() ? 1 : 0));
    runs.leaveOut(due.ticks() - wanted);
    return runs.offer((int) wanted, dueAt);
  }

  /** A run has ended, or never began: whatever waited for that may go on. */
  void runEnded(Run run, ScheduledRun how) {
    Optional<Run> following;
    synchronized (this) {
      following = runs.ended(run, how);
      if (following.isEmpty() && runs.areOver() && !beat.isComing()) {
        beat.runEnded();
        arm();
      }
    }
    following.ifPresent(next -> clockwork.time().aside().execute(next::start));
  }

  /** The wall clock was set: the tick may be nearer or farther than it was when it was armed. */
  void clockWasSet(boolean corrected) {
    synchronized (this) {
      if (corrected) {
        beat.restart();
      }
    }
    arm();
  }

  @Override
  public boolean runNow() {
    List<Runnable> toDo;
    boolean kept;
    synchronized (this) {
      if (ended) {
        throw new IllegalStateException(
            "The schedule '%s' has ended: it was cancelled, or its manager closed. Schedule the job anew."
                .formatted(name));
      }
      long before = runs.skipped();
      toDo = runs.offer(1, clockwork.time().now());
      kept = runs.skipped() == before;
    }
    toDo.forEach(Runnable::run);
    return kept;
  }

  @Override
  public synchronized void pause() {
    if (!paused) {
      paused = true;
      runs.forgetQueued();
      arm();
    }
  }

  @Override
  public synchronized void resume() {
    if (paused) {
      paused = false;
      beat.resume();
      arm();
    }
  }

  @Override
  public synchronized boolean isPaused() {
    return paused;
  }

  @Override
  public void cancel() {
    synchronized (this) {
      ended = true;
      runs.forgetQueued();
      if (pending != null) {
        pending.cancel(false);
      }
    }
    clockwork.forget(this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Schedule schedule() {
    return schedule;
  }

  @Override
  public synchronized long runs() {
    return runs.begun();
  }

  @Override
  public synchronized long failures() {
    return runs.failures();
  }

  @Override
  public synchronized long skipped() {
    return runs.skipped();
  }

  @Override
  public synchronized Optional<ScheduledRun> last() {
    return runs.last();
  }

  @Override
  public synchronized Optional<Instant> next() {
    return ended || paused ? Optional.empty() : beat.next();
  }

  @Override
  public List<Instant> next(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("next(%d): must be zero or positive".formatted(n));
    }
    var ticks = new ArrayList<Instant>();
    next()
        .ifPresent(
            first ->
                Stream.concat(Stream.of(first), following(first)).limit(n).forEach(ticks::add));
    return List.copyOf(ticks);
  }

  private Stream<Instant> following(Instant first) {
    return schedule.timing() instanceof Timing.Delay ? Stream.empty() : schedule.times(first);
  }
}
