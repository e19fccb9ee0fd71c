package dev.weir.monitoring.server;

import java.time.Duration;

/**
 * From where on a lag is told of. Immutable.
 *
 * @param bytes of WAL that are kept for a consumer that is away, or that a replica is behind
 * @param late how late a replica is
 */
record Bounds(long bytes, Duration late) {

  private static final long MIB = 1 << 20;

  /** From 1 GiB or half a minute on. */
  static final Bounds USUAL = new Bounds(1024 * MIB, Duration.ofSeconds(30));

  boolean isMuch(long behind, Duration lateBy) {
    return behind >= bytes || (behind > 0 && lateBy.compareTo(late) >= 0);
  }

  static String text(long behind, Duration lateBy) {
    return "%s, and late by at least %d s".formatted(bytes(behind), lateBy.toSeconds());
  }

  static String bytes(long bytes) {
    return bytes >= MIB ? bytes / MIB + " MiB" : bytes + " bytes";
  }
}
