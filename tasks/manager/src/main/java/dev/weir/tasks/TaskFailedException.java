package dev.weir.tasks;

/** The task's body threw; the cause is what it threw, untouched. */
public final class TaskFailedException extends TaskException {

  private static final long serialVersionUID = 1L;

  TaskFailedException(String task, long id, Throwable cause) {
    super(task, id, "Task '%s' (%d) failed: %s".formatted(task, id, cause), cause);
  }
}
