package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two real servers, one of which streams from the other. */
@Timeout(180)
class PostgresReplicaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PostgresServer primary = PostgresServer.start();
  private TestDatabase database;
  private PostgresReplica replica;

  @BeforeEach
  void start() throws SQLException {
    database = primary.freshDatabase();
    write("CREATE TABLE t AS SELECT generate_series(1, 1000) AS id");
    replica = primary.replica();
  }

  @AfterEach
  void close() {
    replica.close();
    primary.close();
  }

  private void write(String sql) throws SQLException {
    execute(primary, sql);
  }

  private void execute(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = server.dataSource(database.name()).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String rows(PostgresServer server) {
    try {
      Connection connection = server.dataSource(database.name()).getConnection();
      return PostgresServerTest.query(connection, "SELECT count(*) FROM t");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void has_what_was_there_and_gets_what_is_written_and_takes_no_writes() throws SQLException {
    replica.awaitCaughtUp();
    assertThat(rows(replica.server())).isEqualTo("1000");

    write("INSERT INTO t SELECT generate_series(1001, 3000)");
    replica.awaitCaughtUp();

    assertThat(rows(replica.server())).isEqualTo("3000");
    assertThatThrownBy(() -> execute(replica.server(), "INSERT INTO t VALUES (0)"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
  }

  @Test
  void falls_behind_while_its_replay_is_paused() throws SQLException {
    replica.awaitCaughtUp();
    replica.pauseReplay();
    write("DELETE FROM t");
    String received = "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()";
    Await.until(
        PATIENCE,
        "it to have received what it does not replay",
        () -> {
          try {
            Connection connection = replica.server().maintenance().getConnection();
            return PostgresServerTest.query(connection, received).equals("t");
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(rows(replica.server())).isEqualTo("1000");

    replica.resumeReplay();
    replica.awaitCaughtUp();

    assertThat(rows(replica.server())).isEqualTo("0");
  }

  @Test
  void killed_and_started_again_it_catches_up() throws SQLException {
    replica.server().kill();
    write("INSERT INTO t SELECT generate_series(1001, 5000)");
    assertThatThrownBy(() -> rows(replica.server())).hasMessageContaining("refused");

    replica.server().restart();
    replica.awaitCaughtUp();

    assertThat(rows(replica.server())).isEqualTo("5000");
  }

  @Test
  void promoted_after_the_death_of_its_primary_it_takes_writes_and_has_replicas_of_its_own()
      throws SQLException {
    replica.awaitCaughtUp();
    primary.kill();

    replica.promote();

    execute(replica.server(), "INSERT INTO t VALUES (1001)");
    assertThat(rows(replica.server())).isEqualTo("1001");
    try (PostgresReplica next = replica.server().replica()) {
      next.awaitCaughtUp();
      assertThat(rows(next.server())).isEqualTo("1001");
    }
  }

  @Test
  void closed_it_leaves_no_process_no_directory_and_no_slot() throws SQLException {
    var pids = replica.server().pids();
    var directory = replica.server().directory();
    String own =
        "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '" + replica.name() + "'";
    assertThat(PostgresServerTest.query(primary.maintenance().getConnection(), own)).isEqualTo("1");

    replica.close();
    replica.close();

    assertThat(pids).isNotEmpty().noneMatch(PostgresServerTest::runs);
    assertThat(Files.exists(directory)).isFalse();
    assertThat(PostgresServerTest.query(primary.maintenance().getConnection(), own)).isEqualTo("0");
  }

  @Test
  void there_is_none_of_a_server_that_is_shared_or_named_by_somebody_else() {
    var shared =
        PostgresServer.shared(
            new PostgresAddress("127.0.0.1", primary.port(), "postgres", "", "postgres", ""));
    assertThatThrownBy(shared::replica)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("is shared with other tests");
  }
}
