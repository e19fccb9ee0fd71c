package dev.weir.tasks;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a task is to run. Immutable; the withers return a changed copy.
 *
 * @param name what it is called in threads, logs and figures
 * @param dedupKey while a task of this name and key is queued or running, submitting another
 *     returns the handle of the first
 * @param priority its share of the bulkhead's permits
 * @param deadline how long from its submission it may take, the wait in the queue included
 * @param bulkhead the bulkhead whose permit it needs; without one it starts at once
 */
public record Task(
    String name,
    Optional<String> dedupKey,
    Priority priority,
    Optional<Duration> deadline,
    Optional<String> bulkhead) {

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException if a name is blank or the deadline is not positive
   */
  public Task {
    requireText(name, "name");
    Objects.requireNonNull(dedupKey, "dedupKey");
    Objects.requireNonNull(priority, "priority");
    Objects.requireNonNull(deadline, "deadline");
    bulkhead.ifPresent(it -> requireText(it, "bulkhead"));
    deadline.ifPresent(
        it -> {
          if (!it.isPositive()) {
            throw new IllegalArgumentException(
                "task '%s': deadline = %s must be positive".formatted(name, it));
          }
        });
  }

  /** A task of that name: no key, normal priority, no deadline, no bulkhead. */
  public static Task named(String name) {
    return new Task(name, Optional.empty(), Priority.NORMAL, Optional.empty(), Optional.empty());
  }

  /** The same task, at most once at a time for this name and {@code dedupKey}. */
  public Task dedupKey(String dedupKey) {
    return new Task(
        name,
        Optional.of(Objects.requireNonNull(dedupKey, "dedupKey")),
        priority,
        deadline,
        bulkhead);
  }

  /** The same task with another priority. */
  public Task priority(Priority priority) {
    return new Task(name, dedupKey, priority, deadline, bulkhead);
  }

  /** The same task, cancelled {@code deadline} after its submission if it has not ended by then. */
  public Task deadline(Duration deadline) {
    return new Task(
        name,
        dedupKey,
        priority,
        Optional.of(Objects.requireNonNull(deadline, "deadline")),
        bulkhead);
  }

  /** The same task, begun only with a permit of that bulkhead. */
  public Task bulkhead(String bulkhead) {
    return new Task(
        name,
        dedupKey,
        priority,
        deadline,
        Optional.of(Objects.requireNonNull(bulkhead, "bulkhead")));
  }

  static String requireText(String text, String what) {
    if (Objects.requireNonNull(text, what).isBlank()) {
      throw new IllegalArgumentException("a task's " + what + " must not be blank");
    }
    return text;
  }
}
