package dev.weir.pool.fleet;

import dev.weir.pool.fleet.FleetMember.CappedPool;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The session by whose name an instance tells what it claims, and over which it sees the others.
 * For one thread.
 */
final class FleetLine implements AutoCloseable {

  private static final int ANSWER_MS = 2_000;

  // Names of sessions are shown to all logins, of all databases.
  private static final String SURVEY =
      """
      SELECT application_name,
             current_setting('max_connections')::int
               - current_setting('superuser_reserved_connections')::int
               - coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::int
        FROM pg_stat_activity
       WHERE starts_with(application_name, ?) OR pid = pg_backend_pid()""";

  private final CappedPool pool;
  private final Connection connection;
  private Claim claim;

  private FleetLine(CappedPool pool, Connection connection, Claim claim) {
    this.pool = pool;
    this.connection = connection;
    this.claim = claim;
  }

  /** Opens one and tells that claim. */
  static FleetLine open(CappedPool pool, Claim claim) throws SQLException {
    Connection connection = pool.open();
    var line = new FleetLine(pool, connection, claim);
    try {
      connection.setNetworkTimeout(Runnable::run, ANSWER_MS);
      connection.setAutoCommit(true);
      line.say();
      return line;
    } catch (SQLException | RuntimeException failure) {
      line.close();
      throw failure;
    }
  }

  /** Claims so many from now on. */
  void tell(int connections) throws SQLException {
    if (claim.connections() != connections) {
      claim = claim.connections(connections);
      say();
    }
  }

  private void say() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET application_name = '" + claim.text() + "'");
    }
  }

  /** What the others tell now. */
  Survey survey() throws SQLException {
    int open = 0;
    List<Claim> others = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(SURVEY)) {
      statement.setString(1, Claim.prefix(claim.fleet()));
      try (ResultSet sessions = statement.executeQuery()) {
        while (sessions.next()) {
          open = sessions.getInt(2);
          Claim.of(sessions.getString(1))
              .filter(told -> !told.id().equals(claim.id()))
              .ifPresent(others::add);
        }
      }
    }
    return new Survey(open, others);
  }

  @Override
  public void close() {
    pool.close(connection);
  }
}
