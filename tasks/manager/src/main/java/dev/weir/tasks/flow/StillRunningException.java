package dev.weir.tasks.flow;

import dev.weir.tasks.TaskInfo;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Cancelled tasks did not end within the patience of their scope: their bodies do not heed
 * interrupts. They go on, keep their permits and stay listed by the manager.
 */
public final class StillRunningException extends FlowException {

  private static final long serialVersionUID = 1L;

  private final transient List<TaskInfo> tasks;

  StillRunningException(String scope, Duration patience, List<TaskInfo> tasks) {
    super(
        "Scope '%s' cancelled its children and waited %s for them, but %d still run: %s. Let their code heed interrupts, or give the scope more patience."
            .formatted(
                scope,
                patience,
                tasks.size(),
                tasks.stream().map(StillRunningException::told).collect(Collectors.joining(", "))),
        null);
    this.tasks = List.copyOf(tasks);
  }

  /** Each of them, with its stack as it was when the patience ended; not serialized. */
  public List<TaskInfo> tasks() {
    return tasks;
  }

  private static String told(TaskInfo task) {
    List<StackTraceElement> stack = task.stack();
    return "%s (%d)%s"
        .formatted(task.name(), task.id(), stack.isEmpty() ? "" : " at " + stack.getFirst());
  }
}
