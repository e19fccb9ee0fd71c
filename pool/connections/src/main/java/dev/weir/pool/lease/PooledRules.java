package dev.weir.pool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/** What becomes of a setting where a pooler gives server processes for a transaction at a time. */
final class PooledRules {

  private PooledRules() {}

  /**
   * What the transactions that follow are to begin with, in SQL's words.
   *
   * @throws SQLException as from the driver, if one is open or there is no such level
   */
  static String isolation(int level, boolean inTransaction) throws SQLException {
    if (inTransaction) {
      throw new SQLException(
          "The isolation of a transaction cannot change once it has begun: set it before.",
          "25001");
    }
    return switch (level) {
      case Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_READ_COMMITTED ->
          "READ COMMITTED";
      case Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE READ";
      case Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE";
      default -> throw new SQLException("There is no isolation level " + level + ".", "22023");
    };
  }

  /** Names would be looked up elsewhere for whoever has the server process next. */
  static SQLException noSchema() {
    return new SQLFeatureNotSupportedException(
        "setSchema holds for longer than a transaction, and behind a pooler in transaction mode the"
            + " server process is somebody else's by then: name the schema in the statements, or"
            + " set it for the role by ALTER ROLE ... SET search_path.",
        "0A000");
  }
}
