package dev.weir.tasks.failure;

import java.time.Instant;
import java.util.Objects;

/**
 * A task that has failed for good. Immutable but for the failure.
 *
 * @param id the task's number
 * @param name its name
 * @param reason what its last try threw, untouched
 * @param attempts how often it was tried
 * @param submitted when it was handed in
 * @param failed when it was given up
 */
public record DeadLetter(
    long id, String name, Throwable reason, int attempts, Instant submitted, Instant failed) {

  /** No part may be null. */
  public DeadLetter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(submitted, "submitted");
    Objects.requireNonNull(failed, "failed");
  }
}
