package dev.weir.benchmarks.load.rivals;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The indexed point read of pgbench's accounts.
 *
 * @param count how many there are
 */
public record Accounts(int count) {

  static final String BY_NUMBER = "SELECT abalance FROM pgbench_accounts WHERE aid = ";

  /** Any of them. */
  public int any() {
    return ThreadLocalRandom.current().nextInt(count) + 1;
  }

  /** Reads any of them; the statement is prepared anew each time, as callers do. */
  public void read(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(BY_NUMBER + "?")) {
      statement.setInt(1, any());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("an account is missing");
        }
        row.getInt(1);
      }
    }
  }
}
