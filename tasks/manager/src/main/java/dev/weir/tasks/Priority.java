package dev.weir.tasks;

/** A task's share of its bulkhead's permits while several priorities wait. */
public enum Priority {
  /** Weight 1: it waits longest, but never for ever. */
  LOW(1),
  /** Weight 5: what a task has if nobody says otherwise. */
  NORMAL(5),
  /** Weight 10. */
  HIGH(10),
  /** Weight 20. */
  CRITICAL(20);

  private final int weight;

  Priority(int weight) {
    this.weight = weight;
  }

  /** Its part of the permits, in proportion to the other priorities that wait. */
  public int weight() {
    return weight;
  }
}
