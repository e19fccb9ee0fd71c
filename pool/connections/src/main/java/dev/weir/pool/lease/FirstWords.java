package dev.weir.pool.lease;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What is said at the beginning of a transaction, in one message with BEGIN. */
final class FirstWords {

  private FirstWords() {}

  /** Says them and returns the row that they ask for; empty if they ask for none. */
  static List<String> say(Connection jdbc, String words) throws SQLException {
    try (Statement statement = jdbc.createStatement()) {
      boolean rows = statement.execute(words);
      while (!rows && statement.getUpdateCount() >= 0) {
        rows = statement.getMoreResults();
      }
      return rows ? row(statement.getResultSet()) : List.of();
    }
  }

  private static List<String> row(ResultSet rows) throws SQLException {
    rows.next();
    List<String> row = new ArrayList<>();
    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
      row.add(rows.getString(i));
    }
    return row;
  }
}
