package dev.weir.tasks;

import dev.weir.tasks.TaskListener.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The task was cancelled: by a caller, by the shutdown, or, if the cause is a {@link
 * TaskTimeoutException}, by its deadline. What its body threw after that is suppressed in it.
 */
public final class TaskCancelledException extends TaskException {

  private static final long serialVersionUID = 1L;

  TaskCancelledException(String task, long id, String why, @Nullable TaskTimeoutException cause) {
    super(task, id, "Task '%s' (%d) was cancelled: %s".formatted(task, id, why), cause);
  }

  Outcome outcome() {
    return getCause() instanceof TaskTimeoutException ? Outcome.TIMED_OUT : Outcome.CANCELLED;
  }
}
