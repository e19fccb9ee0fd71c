package dev.weir.tasks.shutdown;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody who has something to do when the service stops. Immutable.
 *
 * <pre>{@code
 * Participant.named("http", Phase.REFUSE, stop -> server.stop(stop.remaining())).atMost(ofSeconds(8))
 * }</pre>
 *
 * @param name what it is called in the report; one name, one participant
 * @param phase when its turn comes
 * @param order its place in the phase: lower first, and those of the same order at once
 * @param bound the longest it may take; without one a quarter of the whole budget
 * @param action what it does
 */
public record Participant(
    String name, Phase phase, int order, Optional<Duration> bound, Action action) {

  /**
   * What a participant does. It runs on a thread of its own; when its share is over the thread is
   * interrupted and left behind, and the next one's turn comes.
   */
  @FunctionalInterface
  public interface Action {
    /** Stops, and says through {@code stop} what is left undone. What it throws is reported. */
    void stop(Stop stop) throws Exception;
  }

  /**
   * No part may be null.
   *
   * @throws IllegalArgumentException if the name is blank or the bound is not positive
   */
  public Participant {
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(bound, "bound");
    Objects.requireNonNull(action, "action");
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException(
          "A participant of the stop has no name; give it one, the report needs it.");
    }
    if (bound.filter(time -> !time.isPositive()).isPresent()) {
      throw new IllegalArgumentException(
          "Participant '%s' may take %s at most, which is no time; give it more than 0."
              .formatted(name, bound.get()));
    }
  }

  /** One of order 0, bounded by a quarter of the budget. */
  public static Participant named(String name, Phase phase, Action action) {
    return new Participant(name, phase, 0, Optional.empty(), action);
  }

  /** The same at another place in its phase. */
  public Participant order(int order) {
    return new Participant(name, phase, order, bound, action);
  }

  /** The same with another bound. */
  public Participant atMost(Duration bound) {
    return new Participant(name, phase, order, Optional.of(bound), action);
  }
}
