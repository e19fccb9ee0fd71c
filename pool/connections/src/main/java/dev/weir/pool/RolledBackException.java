package dev.weir.pool;

import org.jspecify.annotations.Nullable;

/**
 * The work of a transaction ended well, but the transaction was rolled back: something inside it
 * had failed, and the failure was swallowed. The cause is that failure, as far as it is known.
 * Immutable.
 */
public final class RolledBackException extends ConnectionFailure {

  private static final long serialVersionUID = 1L;

  RolledBackException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
