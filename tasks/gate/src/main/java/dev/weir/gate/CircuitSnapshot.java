package dev.weir.gate;

import java.time.Duration;
import java.util.Objects;

/**
 * A circuit at one moment; counted since it was made. Immutable.
 *
 * @param name its name
 * @param state whether it lets calls through
 * @param succeeded calls that told of success, or of a failure that does not count
 * @param failed calls that told of a failure that counts
 * @param refused calls that were not let through
 * @param opened how often it has opened; a probe that failed does not count
 * @param retryAfter when it may let one through again; zero if it would now
 */
public record CircuitSnapshot(
    String name,
    State state,
    long succeeded,
    long failed,
    long refused,
    long opened,
    Duration retryAfter) {

  /** No part may be null. */
  public CircuitSnapshot {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(retryAfter, "retryAfter");
  }

  /** What a circuit does with calls. */
  public enum State {
    /** All pass. */
    CLOSED,
    /** None passes. */
    OPEN,
    /** One call, the probe, passes or has passed and has not told yet; no other does. */
    HALF_OPEN
  }
}
