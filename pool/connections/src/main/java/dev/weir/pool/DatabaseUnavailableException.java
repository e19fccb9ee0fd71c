package dev.weir.pool;

/**
 * No usable connection could be had: the server is away, says no, or is too old. The message names
 * server, cause and the setting to check, and never a password. Immutable.
 */
public final class DatabaseUnavailableException extends ConnectionFailure {

  private static final long serialVersionUID = 1L;

  DatabaseUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
