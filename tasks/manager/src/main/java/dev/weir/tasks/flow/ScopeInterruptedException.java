package dev.weir.tasks.flow;

/**
 * The owner of a scope was interrupted while it waited for its children; they are cancelled and,
 * unless a {@link StillRunningException} is suppressed in this, have ended. The interrupt flag is
 * set again.
 */
public final class ScopeInterruptedException extends FlowException {

  private static final long serialVersionUID = 1L;

  ScopeInterruptedException(String scope, InterruptedException cause) {
    super(
        "Interrupted while waiting for the children of scope '%s'; they are cancelled, the interrupt flag is set again"
            .formatted(scope),
        cause);
  }
}
