package dev.weir.tasks.clockwork;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One tick a pause after the end of each run. It cannot miss any: while none runs, it waits. */
final class DelayBeat extends Beat {

  private final Time time;
  private final long pause;
  private long nextAt;
  private boolean coming;

  DelayBeat(Duration pause, Duration jitter, Time time) {
    super(jitter);
    this.time = time;
    this.pause = Time.nanos(pause);
    restart();
  }

  @Override
  void restart() {
    nextAt = time.now() + pause;
    coming = true;
    draw(Long.MAX_VALUE);
  }

  @Override
  void resume() {
    if (coming) {
      restart();
    }
  }

  @Override
  Due take() {
    coming = false;
    return new Due(1, true);
  }

  @Override
  void runEnded() {
    restart();
  }

  @Override
  boolean isComing() {
    return coming;
  }

  @Override
  long nanosToTick() {
    return nextAt - time.now();
  }

  @Override
  Optional<Instant> next() {
    return coming ? Optional.of(time.clock().instant().plusNanos(nanosToTick())) : Optional.empty();
  }
}
