package dev.weir.pool.socket;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Opens sockets and logs in. Safe for use by many threads. */
interface Connector {

  /** A fresh connection, which belongs to the caller. */
  PhysicalConnection connect() throws SQLException;

  /** Why the last attempt failed; null if it did not. */
  @Nullable SQLException lastFailure();

  /** Whether it would log in otherwise than when it was refused last. */
  default boolean isLoginChanged() {
    return false;
  }
}
