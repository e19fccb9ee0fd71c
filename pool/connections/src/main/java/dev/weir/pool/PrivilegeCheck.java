package dev.weir.pool;

import dev.weir.pool.RolePrivileges.Finding;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Asks the server what roles may do, over a connection of the login's own. */
final class PrivilegeCheck {

  private static final Map<Finding, String> QUESTIONS = new LinkedHashMap<>();

  static {
    QUESTIONS.put(Finding.BE_TAKEN, "pg_has_role(session_user, r.oid, 'MEMBER')");
    QUESTIONS.put(Finding.CONNECT, "has_database_privilege(r.oid, current_database(), 'CONNECT')");
    QUESTIONS.put(Finding.EVERYTHING, "r.rolsuper");
    QUESTIONS.put(Finding.BYPASS_ROW_SECURITY, "r.rolbypassrls");
    QUESTIONS.put(Finding.CREATE_ROLES, "r.rolcreaterole");
    QUESTIONS.put(Finding.CREATE_DATABASES, "r.rolcreatedb");
    QUESTIONS.put(Finding.REPLICATE, "r.rolreplication");
    QUESTIONS.put(
        Finding.CREATE_SCHEMAS, "has_database_privilege(r.oid, current_database(), 'CREATE')");
    QUESTIONS.put(
        Finding.CREATE_TEMPORARY_TABLES,
        "has_database_privilege(r.oid, current_database(), 'TEMPORARY')");
    QUESTIONS.put(
        Finding.CREATE_IN_SCHEMAS,
        "EXISTS (SELECT FROM pg_namespace n WHERE n.nspname !~ '^pg_'"
            + " AND n.nspname <> 'information_schema'"
            + " AND has_schema_privilege(r.oid, n.oid, 'CREATE'))");
  }

  private static final String TABLES =
      "(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'"
          + " AND n.nspname <> 'information_schema' AND has_table_privilege(r.oid, c.oid, '%s'))";

  private PrivilegeCheck() {}

  /**
   * What that role may do.
   *
   * @throws SQLException if the server does not answer, or there is no such role (SQLSTATE 42704)
   */
  static RolePrivileges of(Connection connection, String role) throws SQLException {
    String sql =
        "SELECT %s, %s, %s FROM pg_roles r WHERE r.rolname = ?"
            .formatted(
                String.join(", ", QUESTIONS.values()),
                TABLES.formatted("INSERT, UPDATE, DELETE, TRUNCATE"),
                TABLES.formatted("SELECT"));
    try (PreparedStatement ask = connection.prepareStatement(sql)) {
      ask.setString(1, role);
      try (ResultSet row = ask.executeQuery()) {
        if (!row.next()) {
          throw new SQLException(
              "The server knows no role '%s': create it, or mend its name.".formatted(role),
              "42704");
        }
        return read(connection, role, row);
      }
    }
  }

  private static RolePrivileges read(Connection connection, String role, ResultSet row)
      throws SQLException {
    Set<Finding> may = EnumSet.noneOf(Finding.class);
    int column = 0;
    for (Finding finding : QUESTIONS.keySet()) {
      if (row.getBoolean(++column)) {
        may.add(finding);
      }
    }
    long writable = row.getLong(++column);
    if (writable > 0) {
      may.add(Finding.WRITE_TABLES);
    }
    if (may.contains(Finding.BE_TAKEN) && creates(connection, role)) {
      may.add(Finding.CREATED_A_TABLE);
    }
    return new RolePrivileges(role, may, writable, row.getLong(++column));
  }

  /** Tries it, since what is true is what the server does; nothing of it stays. */
  private static boolean creates(Connection connection, String role) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement trial = connection.createStatement()) {
      trial.execute("SET LOCAL ROLE " + trial.enquoteIdentifier(role, true));
      trial.execute("CREATE TABLE weir_privilege_probe (nothing int)");
      return true;
    } catch (SQLException refused) {
      if (refused.getSQLState() != null && refused.getSQLState().matches("42501|3F000|25006")) {
        return false;
      }
      throw refused;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
