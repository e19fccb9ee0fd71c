package dev.weir.tasks;

import org.jspecify.annotations.Nullable;

/**
 * Why a wait for a task gave no result: the whole family, so a {@code switch} over it is complete.
 * Immutable but for suppressed exceptions.
 */
public abstract sealed class TaskException extends RuntimeException
    permits TaskFailedException,
        TaskCancelledException,
        TaskTimeoutException,
        TaskInterruptedException {

  private static final long serialVersionUID = 1L;

  private final String task;
  private final long id;

  TaskException(String task, long id, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.task = task;
    this.id = id;
  }

  /** The task's name. */
  public String task() {
    return task;
  }

  /** The task's number, as in {@link TaskHandle#id()}. */
  public long id() {
    return id;
  }
}
