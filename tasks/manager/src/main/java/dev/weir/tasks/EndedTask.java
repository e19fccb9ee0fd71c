package dev.weir.tasks;

import dev.weir.tasks.TaskListener.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A task that has ended, as the history remembers it. Immutable.
 *
 * @param name its name
 * @param id its number
 * @param outcome how it ended
 * @param attempts how often its body was begun, 0 if never; what was put off does not count
 * @param ended when
 * @param ran how long its last try ran
 */
public record EndedTask(
    String name, long id, Outcome outcome, int attempts, Instant ended, Duration ran) {

  /** No part may be null. */
  public EndedTask {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(ended, "ended");
    Objects.requireNonNull(ran, "ran");
  }
}
