package dev.weir.tasks.clockwork;

import dev.weir.gate.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The time that schedules live in.
 *
 * @param timer where every delay is waited for; what runs on it is short
 * @param clock the time of day, for cron and stamps
 * @param ticker what delays are measured by
 * @param aside where a tick goes that takes longer than a timer likes
 */
public record Time(
    ScheduledExecutorService timer, InstantSource clock, Ticker ticker, Executor aside) {

  private static final long LONGEST = Long.MAX_VALUE / 4;

  /** In nanoseconds, and no longer than clocks can be compared over. */
  static long nanos(Duration length) {
    return Math.min(TimeUnit.NANOSECONDS.convert(length), LONGEST);
  }

  long now() {
    return ticker.nanos();
  }
}
