package dev.weir.tasks;

import java.time.Duration;
import java.util.Objects;

/**
 * What the ended tasks of one name have come to since the manager opened. Immutable.
 *
 * @param name the name; "(others)" for all names beyond the first thousand
 * @param ended how many have ended, however
 * @param failed how many of them failed
 * @param mean how long the last try of each ran, on average
 * @param longest how long at most
 */
public record TaskFigures(String name, long ended, long failed, Duration mean, Duration longest) {

  /** No part may be null. */
  public TaskFigures {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(mean, "mean");
    Objects.requireNonNull(longest, "longest");
  }
}
