package dev.weir.tasks.clockwork;

import dev.weir.tasks.schedule.Cron;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ticks by the wall clock. A clock that is put back does not bring ticks again. */
final class CronBeat extends Beat {

  /** More ticks at once are not counted one by one: a clock may be years ahead. */
  private static final int MOST_COUNTED = 1_000;

  private final Cron cron;
  private final Time time;
  private @Nullable Instant next;

  CronBeat(Cron cron, Duration jitter, Time time) {
    super(jitter);
    this.cron = cron;
    this.time = time;
    restart();
  }

  @Override
  void restart() {
    to(cron.after(time.clock().instant()));
  }

  @Override
  void resume() {
    if (next != null && !next.isAfter(time.clock().instant())) {
      restart();
    }
  }

  private void to(Optional<Instant> tick) {
    next = tick.orElse(null);
    if (hasJitter()) {
      draw(
          tick.flatMap(it -> cron.after(it).map(after -> Time.nanos(Duration.between(it, after))))
              .orElse(0L));
    }
  }

  @Override
  Due take() {
    Instant now = time.clock().instant();
    Instant last = now;
    Optional<Instant> following = Optional.ofNullable(next);
    int ticks = 0;
    while (following.isPresent() && !following.get().isAfter(now) && ticks < MOST_COUNTED) {
      last = following.get();
      following = cron.after(last);
      ticks++;
    }
    boolean onTime = !last.plusNanos(delay()).plus(ON_TIME).isBefore(now);
    to(ticks < MOST_COUNTED ? following : cron.after(now));
    return new Due(ticks, onTime);
  }

  @Override
  boolean isComing() {
    return next != null;
  }

  @Override
  long nanosToTick() {
    return next == null
        ? Long.MAX_VALUE / 4
        : Time.nanos(Duration.between(time.clock().instant(), next));
  }

  @Override
  Optional<Instant> next() {
    return Optional.ofNullable(next);
  }
}
