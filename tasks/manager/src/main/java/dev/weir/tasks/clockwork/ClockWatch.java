package dev.weir.tasks.clockwork;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks, while any schedule goes by the wall clock, whether that clock was set: timers wait by the
 * monotonic one and do not notice. One look for all of them, every half minute. On Linux a machine
 * that slept shows as a wall clock that went ahead.
 */
final class ClockWatch {

  static final Duration PAUSE = Duration.ofSeconds(30);

  /** Less is left to the look that each schedule takes when its timer rings. */
  private static final Duration NOTICEABLE = Duration.ofMillis(100);

  private final Time time;
  private final Consumer<Duration> told;
  private Instant wall;
  private long ticker;
  private int watchers;
  private boolean looking;

  /**
   * @param told by how much the wall clock went ahead, or back if that is negative
   */
  ClockWatch(Time time, Consumer<Duration> told) {
    this.time = time;
    this.told = told;
    this.wall = time.clock().instant();
    this.ticker = time.now();
  }

  synchronized void join() {
    watchers++;
    if (!looking) {
      begin();
      lookLater();
    }
  }

  synchronized void leave() {
    watchers--;
  }

  private void begin() {
    wall = time.clock().instant();
    ticker = time.now();
  }

  private void lookLater() {
    try {
      var _ = time.timer().schedule(this::look, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
      looking = true;
    } catch (RejectedExecutionException _) {
      looking = false; // the timer has ended, and with it every schedule
    }
  }

  private synchronized void look() {
    if (watchers == 0) {
      looking = false;
      return;
    }
    Duration ahead = Duration.between(wall, time.clock().instant()).minusNanos(time.now() - ticker);
    if (ahead.abs().compareTo(NOTICEABLE) > 0) {
      begin();
      time.aside().execute(() -> told.accept(ahead));
    }
    lookLater();
  }
}
