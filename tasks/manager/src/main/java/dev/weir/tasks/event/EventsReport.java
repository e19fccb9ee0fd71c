package dev.weir.tasks.event;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What became of the events that were on their way when the bus closed. Immutable.
 *
 * @param undelivered the events that their subscribers will not be given
 * @param left names of the subscribers that still handled an event at the return
 * @param took how long it took
 */
public record EventsReport(List<Undelivered> undelivered, List<String> left, Duration took) {

  /** Copies the lists. */
  public EventsReport {
    undelivered = List.copyOf(undelivered);
    left = List.copyOf(left);
    Objects.requireNonNull(took, "took");
  }

  /**
   * An event that a subscriber will not be given.
   *
   * @param subscriber its name
   * @param event what was published
   */
  public record Undelivered(String subscriber, Object event) {

    /** Without the event, which may hold what a log must not. */
    @Override
    public String toString() {
      return event.getClass().getSimpleName() + " for " + subscriber;
    }
  }

  /** Whether every event was delivered and every subscriber has ended. */
  public boolean isClean() {
    return undelivered.isEmpty() && left.isEmpty();
  }
}
