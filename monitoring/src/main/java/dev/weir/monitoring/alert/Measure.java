package dev.weir.monitoring.alert;

import java.time.Instant;
import java.util.Optional;

/**
 * One thing that a policy did, for the audit. Immutable.
 *
 * @param at when
 * @param who which policy
 * @param what what it did
 * @param why the figures it acted on
 * @param undone when it was undone; empty while it holds
 * @param undoneWhy why it was undone; empty while it holds
 */
public record Measure(
    Instant at, String who, String what, String why, Optional<Instant> undone, String undoneWhy) {

  /** One line for people. */
  public String line() {
    return "%s %s %s, because %s%s"
        .formatted(
            at,
            who,
            what,
            why,
            undone.map(when -> "; undone at %s, %s".formatted(when, undoneWhy)).orElse(""));
  }
}
