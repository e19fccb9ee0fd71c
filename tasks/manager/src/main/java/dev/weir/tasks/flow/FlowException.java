package dev.weir.tasks.flow;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between tasks rather than inside one: the whole family. What a task itself throws
 * is a {@link dev.weir.tasks.TaskException}. Immutable but for suppressed exceptions.
 */
public abstract sealed class FlowException extends RuntimeException
    permits ScopeDecidedException, ScopeInterruptedException, StillRunningException {

  private static final long serialVersionUID = 1L;

  FlowException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
