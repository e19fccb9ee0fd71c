package dev.weir.pool;

import java.sql.SQLException;

/** The password's file or callback failed, so the server was not asked. */
final class UnreadablePasswordException extends SQLException {

  private static final long serialVersionUID = 1L;

  UnreadablePasswordException(RuntimeException cause) {
    super("the password could not be read", cause);
  }
}
