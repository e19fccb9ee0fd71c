package dev.weir.tasks.flow;

import dev.weir.tasks.TaskCancelledException;
import dev.weir.tasks.TaskFailedException;
import dev.weir.tasks.TaskHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended. Immutable.
 *
 * @param <T> what the task returns
 */
public sealed interface TaskOutcome<T extends @Nullable Object> {

  /**
   * It returned.
   *
   * @param value what it returned
   */
  record Succeeded<T extends @Nullable Object>(T value) implements TaskOutcome<T> {}

  /**
   * It threw.
   *
   * @param thrown what it threw, untouched
   */
  record Failed<T extends @Nullable Object>(Throwable thrown) implements TaskOutcome<T> {}

  /**
   * It was cancelled.
   *
   * @param why by whom; what its body threw after that is suppressed in it
   */
  record Cancelled<T extends @Nullable Object>(TaskCancelledException why)
      implements TaskOutcome<T> {}

  /** How the task of this handle ended; empty while it has not. */
  static <T extends @Nullable Object> Optional<TaskOutcome<T>> of(TaskHandle<T> handle) {
    if (!handle.status().isDone()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Succeeded<>(handle.await(Duration.ZERO)));
    } catch (TaskFailedException failed) {
      return Optional.of(new Failed<>(Objects.requireNonNull(failed.getCause())));
    } catch (TaskCancelledException cancelled) {
      return Optional.of(new Cancelled<>(cancelled));
    }
  }
}
