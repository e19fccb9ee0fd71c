package dev.weir.tasks.flow;

import org.jspecify.annotations.Nullable;

/**
 * A fork came too late: a child has decided the scope, and the others are cancelled. Let it pass:
 * the scope then ends as that child decided. The cause is the failure that did, if one did.
 */
public final class ScopeDecidedException extends FlowException {

  private static final long serialVersionUID = 1L;

  ScopeDecidedException(String message, @Nullable Throwable failure) {
    super(message, failure);
  }
}
