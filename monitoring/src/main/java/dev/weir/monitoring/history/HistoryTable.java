package dev.weir.monitoring.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table {@code weir.history_hour}. Hours are those since 1970. */
final class HistoryTable {

  private static final long SECONDS = 3_600;
  private final HistoryStorage storage;

  HistoryTable(HistoryStorage storage) {
    this.storage = storage;
  }

  /** What is done with a row. */
  interface Reader {
    void row(String series, long hour, float[] points);
  }

  /** Looks first: a service without the right to create may have been given the table. */
  void create(Connection connection) throws SQLException {
    if (!storage.createTable()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      boolean there;
      try (ResultSet found = statement.executeQuery("SELECT to_regclass('weir.history_hour')")) {
        there = found.next() && found.getString(1) != null;
      }
      if (!there) {
        statement.execute(HistoryStorage.DDL);
      }
    }
  }

  /** The rows of this instance, or of who wrote last if it has none, from an hour on, in order. */
  void read(Connection connection, long from, Reader reader) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT series, extract(epoch FROM hour)::bigint / 3600, points
            FROM weir.history_hour
            WHERE hour >= to_timestamp(?) AND instance = (
              SELECT instance FROM weir.history_hour
              ORDER BY (instance = ?) DESC, hour DESC LIMIT 1)
            ORDER BY hour
            """)) {
      select.setLong(1, from * SECONDS);
      select.setString(2, storage.instance());
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          reader.row(rows.getString(1), rows.getLong(2), floats(rows));
        }
      }
    }
  }

  private static float[] floats(ResultSet rows) throws SQLException {
    var boxed = (@Nullable Float[]) rows.getArray(3).getArray();
    var points = new float[boxed.length];
    for (int i = 0; i < points.length; i++) {
      Float point = boxed[i];
      points[i] = point == null ? Float.NaN : point;
    }
    return points;
  }

  void write(Connection connection, long hour, Map<String, float[]> all) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO weir.history_hour (instance, hour, series, points)"
                + " VALUES (?, to_timestamp(?), ?, ?::real[])"
                + " ON CONFLICT (instance, hour, series) DO UPDATE SET points = excluded.points")) {
      for (Map.Entry<String, float[]> one : all.entrySet()) {
        insert.setString(1, storage.instance());
        insert.setLong(2, hour * SECONDS);
        insert.setString(3, one.getKey());
        insert.setString(4, text(one.getValue()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static String text(float[] points) {
    var text = new StringBuilder("{");
    for (float point : points) {
      text.append(text.length() > 1 ? "," : "").append(Float.isNaN(point) ? "NULL" : point);
    }
    return text.append('}').toString();
  }

  static void forget(Connection connection, long before) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM weir.history_hour WHERE hour < to_timestamp(?)")) {
      delete.setLong(1, before * SECONDS);
      delete.executeUpdate();
    }
  }
}
