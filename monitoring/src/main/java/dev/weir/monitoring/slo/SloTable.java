package dev.weir.monitoring.slo;

import dev.weir.monitoring.slo.window.Ring;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table {@code weir.slo_window}. Safe for use by many threads, each with its connection. */
final class SloTable {

  private final String instance;
  private final double deadAfter;

  SloTable(SloStorage storage) {
    this.instance = storage.instance();
    this.deadAfter = storage.deadAfter().toMillis() / 1000.0;
  }

  /**
   * A row.
   *
   * @param instance whose
   * @param counts its ring; empty if it is not what this version writes
   */
  record Row(String instance, Optional<Ring> counts) {}

  /** Looks first: a service without the right to create may have been given the table. */
  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean there;
      try (ResultSet found = statement.executeQuery("SELECT to_regclass('weir.slo_window')")) {
        there = found.next() && found.getString(1) != null;
      }
      if (!there) {
        statement.execute(SloStorage.DDL);
      }
    }
  }

  /** This instance's own row and those of the dead, locked; others that start pass them over. */
  List<Row> ownAndDead(Connection connection, Slo slo) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT instance, counts FROM weir.slo_window WHERE slo = ? AND objective = ?"
                + " AND (instance = ? OR saved_at <= now() - make_interval(secs => ?))"
                + " ORDER BY instance FOR UPDATE SKIP LOCKED")) {
      select.setDouble(4, deadAfter);
      return rows(select, slo);
    }
  }

  /** The rows of all but this one; of the dead too, until one that starts takes them over. */
  List<Row> others(Connection connection, Slo slo) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT instance, counts FROM weir.slo_window"
                + " WHERE slo = ? AND objective = ? AND instance <> ?")) {
      return rows(select, slo);
    }
  }

  private List<Row> rows(PreparedStatement select, Slo slo) throws SQLException {
    select.setString(1, slo.name());
    select.setString(2, slo.objective());
    select.setString(3, instance);
    var all = new ArrayList<Row>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        all.add(new Row(rows.getString(1), Ring.of(rows.getBytes(2))));
      }
    }
    return all;
  }

  void delete(Connection connection, Slo slo, Row row) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM weir.slo_window WHERE slo = ? AND objective = ? AND instance = ?")) {
      delete.setString(1, slo.name());
      delete.setString(2, slo.objective());
      delete.setString(3, row.instance());
      delete.executeUpdate();
    }
  }

  /** What nobody can use any more, whichever objective it was for. */
  static void deleteOld(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "DELETE FROM weir.slo_window WHERE saved_at < now() - interval '100 days'");
    }
  }

  /** False if the row is not there: another instance has taken it over. */
  boolean update(Connection connection, Slo slo, byte[] counts) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE weir.slo_window SET counts = ?, saved_at = now()"
                + " WHERE slo = ? AND objective = ? AND instance = ?")) {
      update.setBytes(1, counts);
      update.setString(2, slo.name());
      update.setString(3, slo.objective());
      update.setString(4, instance);
      return update.executeUpdate() > 0;
    }
  }

  void insert(Connection connection, Slo slo, byte[] counts) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO weir.slo_window (slo, objective, instance, counts) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (slo, objective, instance)"
                + " DO UPDATE SET counts = excluded.counts, saved_at = now()")) {
      insert.setString(1, slo.name());
      insert.setString(2, slo.objective());
      insert.setString(3, instance);
      insert.setBytes(4, counts);
      insert.executeUpdate();
    }
  }
}
