package dev.weir.tasks;

import java.time.Duration;
import java.util.Objects;

/**
 * A task whose try runs longer than it should. Immutable.
 *
 * @param task the task; {@link TaskInfo#stack()} shows where it is now
 * @param attempt which try, from 1
 * @param running for how long
 * @param bound how long it should run at most
 */
public record StuckTask(TaskInfo task, int attempt, Duration running, Duration bound) {

  /** No part may be null. */
  public StuckTask {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(running, "running");
    Objects.requireNonNull(bound, "bound");
  }
}
