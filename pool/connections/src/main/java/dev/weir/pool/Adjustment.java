package dev.weir.pool;

import dev.weir.pool.adapt.Move;

/**
 * A change of the pool by itself, or one that it advises, with its reason. Immutable.
 *
 * @param knob what
 * @param from its number before
 * @param to the number that is better; the same if it is best left as it is
 * @param done whether it was done; else it is only advised
 * @param why in a sentence for people, with its figures
 */
public record Adjustment(Knob knob, int from, int to, boolean done, String why) {

  static Adjustment of(Knob knob, Move move, boolean done) {
    return new Adjustment(knob, move.from(), move.to(), done, move.why());
  }

  /** Whether anything is to be changed. */
  public boolean isChange() {
    return from != to;
  }

  /** One line for people. */
  @Override
  public String toString() {
    String what = isChange() ? "%d -> %d".formatted(from, to) : "%d as it is".formatted(to);
    return "%s: %s%s; %s".formatted(knob, what, isChange() && !done ? " is advised" : "", why);
  }

  /** What can be changed. */
  public enum Knob {
    /** Callers let in at once. */
    LIMIT,
    /** Connections open at most. */
    SIZE;

    /** In words. */
    @Override
    public String toString() {
      return this == LIMIT ? "callers let in at once" : "pool.max";
    }
  }
}
