package dev.weir.tasks.flow;

import dev.weir.tasks.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link Debouncer} waits. Immutable; the withers return a changed copy.
 *
 * @param task how each run runs
 * @param quiet how long nobody must have called before a run starts
 * @param maxWait how long after the first call a run starts, though calls go on
 */
public record Debounce(Task task, Duration quiet, Duration maxWait) {

  private static final int TIMES_QUIET = 10;

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException if quiet is not positive, maxWait shorter than it, or the task
   *     has a dedup key; it names all that is wrong
   */
  public Debounce {
    Objects.requireNonNull(task, "task");
    List<String> problems = new ArrayList<>();
    if (!quiet.isPositive()) {
      problems.add("quiet = %s must be positive".formatted(quiet));
    }
    if (maxWait.compareTo(quiet) < 0) {
      problems.add("maxWait = %s must not be shorter than quiet = %s".formatted(maxWait, quiet));
    }
    if (task.dedupKey().isPresent()) {
      problems.add(
          "the dedup key '%s' would make one run of all keys; leave it out"
              .formatted(task.dedupKey().get()));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "debounce of task '%s': %s".formatted(task.name(), String.join("; ", problems)));
    }
  }

  /** Waits for that much quiet, and ten times as long at most. */
  public static Debounce of(Task task, Duration quiet) {
    return new Debounce(task, quiet, quiet.multipliedBy(TIMES_QUIET));
  }

  /** The same with another longest wait. */
  public Debounce maxWait(Duration maxWait) {
    return new Debounce(task, quiet, maxWait);
  }
}
