package dev.weir.tasks.failure;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A supervised loop at one moment. Immutable.
 *
 * @param name its name
 * @param state what it does
 * @param turns turns begun so far
 * @param failures turns that failed, hung ones included
 * @param inARow how many failed one after the other, up to now
 * @param lastFailure what the last failed turn threw: its class and message
 * @param sinceBeat how long ago it last gave a sign of life
 * @param tasks how many tasks that its turns started are under way
 * @param leaking whether those are more than its policy allows
 */
public record LoopInfo(
    String name,
    State state,
    long turns,
    long failures,
    int inARow,
    Optional<String> lastFailure,
    Duration sinceBeat,
    int tasks,
    boolean leaking) {

  /** No part may be null. */
  public LoopInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(lastFailure, "lastFailure");
    Objects.requireNonNull(sinceBeat, "sinceBeat");
  }

  /** What a loop does. */
  public enum State {
    /** A turn is under way. */
    TURNING,
    /** It rests until its next turn. */
    RESTING,
    /** Its last turn failed; it waits to be restarted. */
    RESTARTING,
    /** Its turn gave no sign of life, was interrupted, and has not ended. */
    HUNG,
    /** Too many turns failed one after the other: there will be no other. */
    GIVEN_UP,
    /** It was stopped, or its manager closes. */
    STOPPED
  }
}
