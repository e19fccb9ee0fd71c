package dev.weir.monitoring.slo;

import dev.weir.gate.Ticker;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Seconds since 1970 that neither jump nor run backwards: read from the wall clock once, and from
 * then on from the monotonic one. So a wall clock that is set, by hand or by NTP, moves no window.
 * Immutable.
 */
final class SloTime {

  private static final long NANOS = 1_000_000_000;

  private final Ticker ticker;
  private final Instant began;
  private final long start;

  SloTime(InstantSource clock, Ticker ticker) {
    this.ticker = ticker;
    this.began = clock.instant();
    this.start = ticker.nanos();
  }

  static SloTime system() {
    return new SloTime(InstantSource.system(), Ticker.SYSTEM);
  }

  long seconds() {
    return began.getEpochSecond() + (ticker.nanos() - start) / NANOS;
  }

  long nanos() {
    return ticker.nanos();
  }
}
