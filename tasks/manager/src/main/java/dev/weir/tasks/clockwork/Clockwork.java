package dev.weir.tasks.clockwork;

import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The schedules of one engine. A schedule that waits costs one entry of the timer and no thread;
 * all those that go by the wall clock share one look at it. Safe for use by many threads.
 */
public final class Clockwork implements AutoCloseable {

  /** A clock put back by more was wrong before, as in the cron of Unix: its ticks come again. */
  private static final Duration CORRECTION = Duration.ofHours(3);

  private final Time time;
  private final ClockWatch watch;
  private final Set<Ticks> all = ConcurrentHashMap.newKeySet();
  private final LongAdder leftOut = new LongAdder();
  private volatile boolean closed;

  /** Makes one that waits by this time. */
  public Clockwork(Time time) {
    this.time = time;
    this.watch = new ClockWatch(time, this::clockWasSet);
  }

  /** Begins a schedule. One that begins after {@link #close()} has ended at once. */
  public ScheduleHandle begin(String name, Schedule schedule, Chore chore) {
    var ticks = new Ticks(this, name, schedule, chore);
    all.add(ticks); // before the look at closed: a close sees the schedule, or it sees closed
    if (ticks.isCron()) {
      watch.join();
    }
    if (closed) {
      ticks.cancel();
    }
    ticks.arm();
    return ticks;
  }

  private void clockWasSet(Duration ahead) {
    boolean corrected = ahead.plus(CORRECTION).isNegative();
    all.stream().filter(Ticks::isCron).forEach(it -> it.clockWasSet(corrected));
  }

  void forget(Ticks ticks) {
    if (all.remove(ticks) && ticks.isCron()) {
      watch.leave();
    }
  }

  Time time() {
    return time;
  }

  void leftOut(long ticks) {
    leftOut.add(ticks);
  }

  /** Ticks that were left out, by all schedules so far. */
  public long leftOut() {
    return leftOut.sum();
  }

  /** The schedules that have not ended; order means nothing. */
  public List<ScheduleHandle> schedules() {
    return List.copyOf(all);
  }

  /** Ends all schedules, and every later one at once. Runs that go on end by themselves. */
  @Override
  public void close() {
    closed = true;
    all.forEach(Ticks::cancel);
  }
}
