package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.TaskListener.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A job's ticks at a fixed rate; each one arms the next, whatever becomes of its run. */
final class Ticks implements ScheduleHandle {

  private static final long LONGEST = Long.MAX_VALUE / 4;

  private final Engine engine;
  private final String name;
  private final long interval;
  private final Job job;
  private final AtomicLong runs = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private final AtomicLong nextAt = new AtomicLong();
  private @Nullable TaskRun<?> current;
  private @Nullable Future<?> pending;
  private volatile boolean cancelled;

  Ticks(Engine engine, String name, Duration interval, Job job) {
    this.engine = engine;
    this.name = name;
    this.interval = Math.min(TimeUnit.NANOSECONDS.convert(interval), LONGEST);
    this.job = job;
  }

  void begin() {
    nextAt.set(engine.nanos() + interval);
    arm();
  }

  private synchronized void arm() {
    if (!cancelled) {
      long delay = Math.max(0, nextAt.get() - engine.nanos());
      try {
        pending = engine.parts.timer().schedule(this::tick, delay, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException _) {
        cancel(); // the timer has ended, and with it every schedule
      }
    }
  }

  private void tick() {
    if (cancelled) {
      return;
    }
    long missed = Math.max(0, (engine.nanos() - nextAt.get()) / interval);
    nextAt.addAndGet((missed + 1) * interval);
    try {
      boolean busy = current != null && !current.isOver();
      leaveOut(missed + (busy ? 1 : 0));
      if (!busy) {
        begin(new Run());
      }
    } finally {
      arm(); // last, so that no tick overtakes the one before
    }
  }

  private void leaveOut(long ticks) {
    skipped.addAndGet(ticks);
    engine.counts.lateTicks.add(ticks);
  }

  private void begin(Run run) {
    try {
      current = engine.submit(Task.named(name), run);
      runs.incrementAndGet();
    } catch (AdmissionRejectedException _) {
      cancel(); // the manager is closing; the refusal is counted
    }
  }

  private final class Run implements WatchedWork {
    @Override
    public Boolean call() throws Exception {
      job.run();
      return true;
    }

    @Override
    public void ended(Outcome outcome) {
      if (outcome == Outcome.FAILED) {
        failures.incrementAndGet();
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized void cancel() {
    cancelled = true;
    if (pending != null) {
      pending.cancel(false);
    }
    engine.forget(this);
  }

  @Override
  public long runs() {
    return runs.get();
  }

  @Override
  public long failures() {
    return failures.get();
  }

  @Override
  public long skipped() {
    return skipped.get();
  }

  @Override
  public Optional<Instant> next() {
    return cancelled
        ? Optional.empty()
        : Optional.of(engine.parts.clock().instant().plusNanos(nextAt.get() - engine.nanos()));
  }
}
