package dev.weir.tasks.event;

/**
 * How many events one subscriber handles at once: {@code min} at first, two more each time its
 * queue is found more than 80 % full, one fewer each time it is found less than 30 % full. Found,
 * that is, by a look every {@link EventSettings#interval()}. Immutable.
 *
 * @param min 1 or more
 * @param max min or more, at most 1,000
 */
public record Workers(int min, int max) {

  static final Workers ONE = new Workers(1, 1);

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException naming both
   */
  public Workers {
    if (min < 1 || max < min || max > 1_000) {
      throw new IllegalArgumentException(
          "workers: min = %d must be at least 1 and max = %d must lie in min..1000"
              .formatted(min, max));
    }
  }

  /** How many there shall be, when there were so many and so much of the queue was in use. */
  int wanted(int now, int queued, int capacity) {
    if (queued * 10L > capacity * 8L) {
      return Math.min(max, now + 2);
    }
    return queued * 10L < capacity * 3L ? Math.max(min, now - 1) : now;
  }
}
