package dev.weir.tasks.event;

import java.util.List;

/**
 * What became of an event with every subscriber, in the order in which they were given it.
 * Immutable.
 *
 * @param results one for each subscriber
 */
public record Published(List<Result> results) {

  /** Copies the list. */
  public Published {
    results = List.copyOf(results);
  }

  /** Whether every subscriber has handled it without a failure. */
  public boolean isDelivered() {
    return results.stream().allMatch(it -> it.outcome() instanceof Outcome.Delivered);
  }

  /**
   * What became of it with one subscriber.
   *
   * @param subscriber its name
   */
  public record Result(String subscriber, Outcome outcome) {}

  /** How it went. */
  public sealed interface Outcome {

    /** It was handled. */
    record Delivered() implements Outcome {}

    /**
     * The subscriber threw.
     *
     * @param failure what it threw, untouched
     */
    record Failed(Throwable failure) implements Outcome {}

    /** Nothing is known yet, and time is over; it may still be handled. */
    record TimedOut() implements Outcome {}

    /**
     * The subscriber was not given it.
     *
     * @param reason why
     */
    record Dropped(DropReason reason) implements Outcome {}
  }
}
