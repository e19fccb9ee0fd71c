package dev.weir.pool;

import org.jspecify.annotations.Nullable;

/**
 * What Weir itself reports of connections and transactions, beside the gate's refusals. Unchecked;
 * the cause is the {@link java.sql.SQLException} behind it.
 */
public abstract sealed class ConnectionFailure extends RuntimeException
    permits DatabaseUnavailableException,
        CommitFailedException,
        RolledBackException,
        UnknownOutcomeException {

  private static final long serialVersionUID = 1L;

  ConnectionFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
