package dev.weir.tasks;

/**
 * How many tasks of a bulkhead run at once, and how many may wait. Immutable.
 *
 * @param limit tasks that run at once, at least 1
 * @param queue tasks of one priority that may wait, 0 or more; one more is refused
 */
public record BulkheadSettings(int limit, int queue) {

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException naming each figure that is out of its range
   */
  public BulkheadSettings {
    if (limit < 1 || queue < 0) {
      throw new IllegalArgumentException(
          "bulkhead: limit = %d must be at least 1 and queue = %d must be 0 or more"
              .formatted(limit, queue));
    }
  }
}
