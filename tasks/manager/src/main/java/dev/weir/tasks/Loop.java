package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.failure.LoopInfo;
import dev.weir.tasks.failure.LoopInfo.State;
import dev.weir.tasks.failure.LoopPolicy;
import dev.weir.tasks.work.Started;
import dev.weir.tasks.work.Work;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a loop's turns one after the other, each a task of the loop's name, and watches that they
 * live. Two turns are never under way at once: one that hangs and heeds no interrupt keeps the loop
 * from going on, and that is reported.
 */
final class Loop implements LoopHandle, LoopBody.Beat {

  private static final Logger log = LoggerFactory.getLogger(BackgroundTaskManager.class);

  private final Engine engine;
  private final String name;
  private final LoopPolicy policy;
  private final LoopBody body;

  /* Guarded by this, which is not held while a task is submitted or cancelled, or a log written. */
  private State state = State.RESTING;
  private long turns;
  private long failures;
  private int inARow;
  private @Nullable String lastFailure;
  private @Nullable Future<?> next;
  private volatile long beatAt;
  private volatile boolean stopping;

  Loop(Engine engine, String name, LoopPolicy policy, LoopBody body) {
    this.engine = engine;
    this.name = name;
    this.policy = policy;
    this.body = body;
    this.beatAt = engine.nanos();
  }

  /** Whose turn the calling thread runs, or a task that was started by one. */
  static @Nullable Loop current() {
    TaskRun run = TaskRun.find();
    if (run == null) {
      return null;
    }
    return run.task.work instanceof WatchedWork(Turn turn) ? turn.loop() : run.task.context.owner();
  }

  void begin() {
    turnIn(Duration.ZERO);
  }

  private synchronized void turnIn(Duration wait) {
    next = stopping ? null : ring(this::beginTurn, wait);
  }

  private @Nullable Future<?> ring(Runnable what, Duration wait) {
    try {
      return engine.parts.timer().schedule(what, wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      stop(); // the timer has ended, and with it every loop
      return null;
    }
  }

  /** On the timer. */
  private void beginTurn() {
    synchronized (this) {
      if (stopping) {
        return;
      }
      state = State.TURNING;
      turns++;
      beatAt = engine.nanos();
    }
    try {
      LiveTask<?> mine =
          engine.submit(
              Task.named(name).stuckAfter(Duration.ofDays(1)), new WatchedWork(new Turn()));
      var _ = ring(() -> watch(mine), policy.hangAfter());
    } catch (AdmissionRejectedException _) {
      stop(); // the manager is closing; the refusal is counted
    }
  }

  /** On the timer, while a turn is under way. */
  private void watch(LiveTask<?> mine) {
    if (mine.isOver()) {
      return;
    }
    long silent = engine.nanos() - beatAt;
    long left = policy.hangAfter().toNanos() - silent;
    if (left > 0) {
      var _ = ring(() -> watch(mine), Duration.ofNanos(left));
      return;
    }
    synchronized (this) {
      state = State.HUNG;
    }
    engine.offTheTimer(
        () -> {
          log.warn(
              "Loop '{}' gave no sign of life for {}; its turn is interrupted",
              name,
              policy.hangAfter());
          mine.cancel(mine.cancelledBecause("it gave no sign of life"), true);
        });
  }

  private final class Turn implements Work {

    private @Nullable Throwable thrown;

    Loop loop() {
      return Loop.this;
    }

    @Override
    public void accepted(Started task) {}

    @Override
    public void call() throws Exception {
      try {
        body.turn(Loop.this);
      } catch (Throwable failure) {
        thrown = failure;
        throw failure;
      }
    }

    @Override
    public void ended(End end, @Nullable Throwable failure) {
      if (end == End.SUCCEEDED) {
        rest();
      } else {
        failed(end, thrown);
      }
    }
  }

  private synchronized void rest() {
    inARow = 0;
    become(State.RESTING);
    turnIn(policy.pause());
  }

  private void failed(Work.End end, @Nullable Throwable thrown) {
    if (!isTriedAfter(thrown == null ? "its turn was " + end : thrown.toString())) {
      log.error("Loop '{}' is given up after too many failures in a row", name, thrown);
    }
  }

  private synchronized boolean isTriedAfter(String failure) {
    if (stopping) {
      become(State.STOPPED);
      return true;
    }
    failures++;
    inARow++;
    lastFailure = failure;
    boolean again = policy.restart().allows(inARow);
    become(again ? State.RESTARTING : State.GIVEN_UP);
    if (again) {
      turnIn(policy.restart().delay(inARow, ThreadLocalRandom.current()));
    }
    return again;
  }

  private void become(State calm) {
    state = stopping ? State.STOPPED : calm;
    beatAt = engine.nanos();
  }

  @Override
  public void alive() {
    beatAt = engine.nanos();
  }

  @Override
  public boolean isStopping() {
    return stopping;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized void stop() {
    stopping = true;
    if (next != null) {
      next.cancel(false);
    }
    if (state == State.RESTING || state == State.RESTARTING) {
      state = State.STOPPED;
    }
    engine.forget(this);
  }

  @Override
  public LoopInfo info() {
    int tasks = engine.startedBy(this);
    synchronized (this) {
      return new LoopInfo(
          name,
          state,
          turns,
          failures,
          inARow,
          Optional.ofNullable(lastFailure),
          Duration.ofNanos(engine.nanos() - beatAt),
          tasks,
          tasks > policy.mostTasks());
    }
  }
}
