package dev.weir.pool.adapt;

/**
 * From one number to another, and why. Immutable.
 *
 * @param from the number until now
 * @param to the number that is better; the same if nothing is
 * @param why in a sentence for people, with its figures
 */
public record Move(int from, int to, String why) {

  /** Whether it goes anywhere. */
  public boolean isChange() {
    return from != to;
  }
}
