package dev.weir.monitoring.alert;

import dev.weir.gate.Ticker;
import java.time.Instant;
import java.time.InstantSource;

/** Stamps by the wall clock, durations by the monotonic one. */
record AlertClock(InstantSource wall, Ticker ticker) {

  static final AlertClock SYSTEM = new AlertClock(InstantSource.system(), Ticker.SYSTEM);

  Instant instant() {
    return wall.instant();
  }

  long nanos() {
    return ticker.nanos();
  }
}
