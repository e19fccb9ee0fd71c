package dev.weir.tasks.clockwork;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Ticks at a fixed rate. */
final class EveryBeat extends Beat {

  private final Time time;
  private final long interval;
  private long nextAt;

  EveryBeat(Duration interval, Duration jitter, Time time) {
    super(jitter);
    this.time = time;
    this.interval = Time.nanos(interval);
    restart();
  }

  @Override
  void restart() {
    nextAt = time.now() + interval;
    draw(interval);
  }

  @Override
  void resume() {
    long behind = time.now() - nextAt;
    if (behind >= 0) {
      skip(behind / interval + 1);
    }
  }

  @Override
  Due take() {
    long late = Math.max(0, time.now() - nextAt);
    long ticks = late / interval + 1;
    boolean onTime = late % interval - delay() <= ON_TIME.toNanos();
    skip(ticks);
    return new Due(ticks, onTime);
  }

  private void skip(long ticks) {
    nextAt += ticks * interval;
    draw(interval);
  }

  @Override
  long nanosToTick() {
    return nextAt - time.now();
  }

  @Override
  Optional<Instant> next() {
    return Optional.of(time.clock().instant().plusNanos(nanosToTick()));
  }
}
