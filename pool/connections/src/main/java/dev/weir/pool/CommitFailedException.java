package dev.weir.pool;

/**
 * The work of a transaction ended well, but its COMMIT did not. The cause is the driver's
 * exception; with SQLSTATE class 08 the server may have committed all the same. Immutable.
 */
public final class CommitFailedException extends ConnectionFailure {

  private static final long serialVersionUID = 1L;

  CommitFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
