package dev.weir.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * Somebody who follows a server as a replica does and never says how far it has come. For one
 * thread.
 */
public final class MuteReplica implements AutoCloseable {
  /** What the server calls it. */
  public static final String NAME = "mute";

  private final Connection connection;
  private final PGReplicationStream stream;

  private MuteReplica(Connection connection, PGReplicationStream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  /**
   * Begins to follow a server.
   *
   * @throws SQLException if its user may not
   */
  public static MuteReplica of(PostgresServer server) throws SQLException {
    String now;
    try (Connection asking = server.maintenance().getConnection();
        var statement = asking.createStatement();
        var answer = statement.executeQuery("SELECT pg_current_wal_flush_lsn()")) {
      answer.next();
      now = answer.getString(1);
    }
    var properties = new Properties();
    PGProperty.USER.set(properties, server.user());
    PGProperty.PASSWORD.set(properties, server.password());
    PGProperty.REPLICATION.set(properties, "true");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "9.4");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.APPLICATION_NAME.set(properties, NAME);
    Connection connection = DriverManager.getConnection(server.jdbcUrl("postgres"), properties);
    try {
      var stream = connection.unwrap(PGConnection.class).getReplicationAPI().replicationStream();
      return new MuteReplica(
          connection, stream.physical().withStartPosition(LogSequenceNumber.valueOf(now)).start());
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    try (connection) {
      stream.close();
    }
  }
}
