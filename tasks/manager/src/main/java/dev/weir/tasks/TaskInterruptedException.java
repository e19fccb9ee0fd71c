package dev.weir.tasks;

/** The waiting thread was interrupted; its flag is set again and the task goes on. */
public final class TaskInterruptedException extends TaskException {

  private static final long serialVersionUID = 1L;

  TaskInterruptedException(String task, long id, InterruptedException cause) {
    super(
        task,
        id,
        "Interrupted while waiting for task '%s' (%d); the task goes on, the interrupt flag is set again"
            .formatted(task, id),
        cause);
  }
}
