package dev.weir.tasks.clockwork;

import dev.weir.tasks.schedule.Cron;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where a schedule stands in its time: which tick comes next. Not safe for use by many threads:
 * each {@link Ticks} guards its own.
 */
abstract sealed class Beat permits EveryBeat, DelayBeat, CronBeat {

  /** How late a tick may be found and still be on time. */
  static final Duration ON_TIME = Duration.ofMinutes(1);

  /**
   * Ticks that were found due together.
   *
   * @param ticks how many
   * @param onTime whether the last of them is no later than {@link #ON_TIME}
   */
  record Due(long ticks, boolean onTime) {}

  private final long jitter;
  private long delay;

  Beat(Duration jitter) {
    this.jitter = Time.nanos(jitter);
  }

  static Beat of(Schedule schedule, Time time) {
    return switch (schedule.timing()) {
      case Timing.Every every -> new EveryBeat(every.interval(), schedule.jitter(), time);
      case Timing.Delay pause -> new DelayBeat(pause.pause(), schedule.jitter(), time);
      case Cron cron -> new CronBeat(cron, schedule.jitter(), time);
    };
  }

  /** Counts from now. */
  abstract void restart();

  /** Goes on with the first tick after now. */
  abstract void resume();

  /** Takes what is due, at least one tick, and moves on to the first that is not. */
  abstract Due take();

  /** A run has ended. */
  void runEnded() {}

  /** Whether a tick will come without a run having to end first. */
  boolean isComing() {
    return true;
  }

  /** When the next tick is, by the wall clock as it stands. */
  abstract Optional<Instant> next();

  /** How long until the next tick, its jitter left out; zero or less if it is due. */
  abstract long nanosToTick();

  final long nanosToRun() {
    return nanosToTick() + delay;
  }

  /** Chance delays the coming tick, by less than {@code most}. */
  final void draw(long most) {
    long bound = Math.min(jitter, most);
    delay = bound <= 0 ? 0 : ThreadLocalRandom.current().nextLong(bound);
  }

  final boolean hasJitter() {
    return jitter > 0;
  }

  final long delay() {
    return delay;
  }
}
