package dev.weir.pool;

import java.time.Duration;
import java.util.Objects;

/**
 * How those who hold connections are watched. Immutable; the withers return a changed copy.
 *
 * @param slowAfter held for longer than that, a connection's holder is told to listeners and
 *     logged, once, with the stack of its thread at that moment; seen to a quarter of a second
 * @param borrowStacks whether each borrow notes the stack it was made with, which costs some
 *     microseconds and a few KiB each
 */
public record WatchRules(Duration slowAfter, boolean borrowStacks) {

  private static final WatchRules USUAL = new WatchRules(Duration.ofSeconds(30), false);

  /**
   * Checks the time.
   *
   * @throws IllegalArgumentException if it is zero or negative
   */
  public WatchRules {
    Objects.requireNonNull(slowAfter, "slowAfter");
    if (!slowAfter.isPositive()) {
      throw new IllegalArgumentException(
          "slowAfter = %s: must be positive, or every session would be slow".formatted(slowAfter));
    }
  }

  /** Slow after 30 seconds; no stacks of borrows. */
  public static WatchRules usual() {
    return USUAL;
  }

  /** The same with another time. */
  public WatchRules slowAfter(Duration slowAfter) {
    return new WatchRules(slowAfter, borrowStacks);
  }

  /** The same, noting where each borrow was made. */
  public WatchRules withBorrowStacks() {
    return new WatchRules(slowAfter, true);
  }
}
