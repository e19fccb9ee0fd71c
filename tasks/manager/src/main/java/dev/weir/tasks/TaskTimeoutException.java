package dev.weir.tasks;

/**
 * Time ran out. Thrown by a wait, it says that the task goes on and may be awaited again; as the
 * cause of a {@link TaskCancelledException}, that the task's own deadline ended it.
 */
public final class TaskTimeoutException extends TaskException {

  private static final long serialVersionUID = 1L;

  TaskTimeoutException(String task, long id, String message) {
    super(task, id, message, null);
  }
}
