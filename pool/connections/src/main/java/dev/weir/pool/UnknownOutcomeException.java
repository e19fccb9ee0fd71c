package dev.weir.pool;

/**
 * COMMIT was sent and its answer was lost: nobody knows whether the transaction is committed. It
 * was not tried again, for that could do its work twice. The cause is the driver's exception.
 * Immutable.
 */
public final class UnknownOutcomeException extends ConnectionFailure {

  private static final long serialVersionUID = 1L;

  UnknownOutcomeException(String message, Throwable cause) {
    super(message, cause);
  }
}
