package dev.weir.pool;

/**
 * The work of a transaction ended well, but its COMMIT did not: nothing of it is there. The cause
 * is the driver's exception. Immutable.
 */
public final class CommitFailedException extends ConnectionFailure {

  private static final long serialVersionUID = 1L;

  CommitFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
