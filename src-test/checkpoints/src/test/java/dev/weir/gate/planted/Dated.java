package dev.weir.gate.planted;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/** Breaks a rule on purpose: it reads the wall clock. */
final class Dated {
  private Dated() {}

  static long millis() {
    return System.currentTimeMillis();
  }

  static Instant instant() {
    return Instant.now();
  }

  static Clock clock() {
    return Clock.systemUTC();
  }

  static InstantSource source() {
    return InstantSource.system();
  }
}
