package dev.weir.tasks.event;

import java.time.Duration;
import java.util.Objects;

/** What happens to an event for a subscriber whose queue is full. */
public sealed interface Overflow {

  /** The event that comes is dropped; the publisher does not wait. */
  record DropNewest() implements Overflow {}

  /** The event that has waited longest is dropped in its favour; the publisher does not wait. */
  record DropOldest() implements Overflow {}

  /**
   * The publisher waits for room, at most so long and at most until {@link
   * dev.weir.gate.Deadline#current()}; then the event is dropped. All other subscribers have been
   * given it by then.
   *
   * @param atMost positive
   */
  record Wait(Duration atMost) implements Overflow {

    /**
     * Checks the time.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Wait {
      if (!Objects.requireNonNull(atMost, "atMost").isPositive()) {
        throw new IllegalArgumentException(
            "overflow: atMost = " + atMost + " must be positive; to wait for nothing, drop");
      }
    }
  }

  /** Drops what comes. */
  static Overflow dropNewest() {
    return new DropNewest();
  }

  /** Drops what has waited longest. */
  static Overflow dropOldest() {
    return new DropOldest();
  }

  /** Lets the publisher wait. */
  static Overflow waitAtMost(Duration atMost) {
    return new Wait(atMost);
  }
}
