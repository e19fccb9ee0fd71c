package dev.weir.monitoring.telemetry;

import dev.weir.pool.Adjustment;
import dev.weir.pool.Adjustment.Knob;
import dev.weir.pool.FleetShare;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts how a pool moves, and remembers where that has left it. Safe for use by many threads.
 *
 * <p>What it counts is there from the start, so that the first move is seen as one. Where the pool
 * stands is not known before its first move.
 */
final class MoveMetrics {

  private static final String SHARE = "share";

  private final Map<Move, LongAdder> counts;
  private volatile int limit;
  private volatile int share;

  MoveMetrics() {
    Map<Move, LongAdder> all = new LinkedHashMap<>();
    for (boolean up : new boolean[] {true, false}) {
      for (Knob knob : Knob.values()) {
        all.put(new Move(word(knob), up, true), new LongAdder());
        all.put(new Move(word(knob), up, false), new LongAdder());
      }
      all.put(new Move(SHARE, up, true), new LongAdder());
    }
    this.counts = Collections.unmodifiableMap(all);
  }

  /**
   * One kind of move.
   *
   * @param knob what is moved, in a word
   * @param up whether there is more of it afterwards
   * @param done whether it was done; else it was advised
   */
  record Move(String knob, boolean up, boolean done) {}

  private static String word(Knob knob) {
    return knob.name().toLowerCase(Locale.ROOT);
  }

  void adjusted(Adjustment adjustment) {
    if (adjustment.isChange()) {
      boolean up = adjustment.to() > adjustment.from();
      count(new Move(word(adjustment.knob()), up, adjustment.done()));
    }
    if (adjustment.done() && adjustment.knob() == Knob.LIMIT) {
      limit = adjustment.to();
    }
  }

  /** A member begins with the least, so its first share is more. */
  synchronized void shared(FleetShare fresh) {
    if (fresh.connections() != share) {
      count(new Move(SHARE, fresh.connections() > share, true));
      share = fresh.connections();
    }
  }

  private void count(Move move) {
    Objects.requireNonNull(counts.get(move)).increment();
  }

  Map<Move, LongAdder> counts() {
    return counts;
  }

  /** Callers let in at once, as the last move left it. */
  OptionalInt limit() {
    return known(limit);
  }

  /** Connections of a fleet, as the last move left them. */
  OptionalInt share() {
    return known(share);
  }

  private static OptionalInt known(int value) {
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
