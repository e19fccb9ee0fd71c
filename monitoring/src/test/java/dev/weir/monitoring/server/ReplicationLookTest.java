package dev.weir.monitoring.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PoolConfig;
import dev.weir.config.Profile;
import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.finding.Finding.Severity;
import dev.weir.monitoring.finding.Findings;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a server of its own, whose slots nobody else sees. */
@Timeout(180)
class ReplicationLookTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long THIRTY_MIB = 30L << 20;

  private final SystemTasks system = SystemTasks.open();
  private final PostgresServer server = PostgresServer.start();
  private final UnifiedConnectionManager connections =
      UnifiedConnectionManager.open(ConnectionSettings.of(config()), system, List.of());
  private final ReplicationLook look =
      new ReplicationLook(connections, new Bounds(THIRTY_MIB, PATIENCE));

  private WeirConfig config() {
    WeirConfig config = WeirConfig.defaults(Profile.TEST);
    return config
        .postgres(
            config
                .postgres()
                .url(server.jdbcUrl("postgres"))
                .user(server.user())
                .password(Secret.of(server.password())))
        .pool(new PoolConfig(1, 2, Duration.ofSeconds(20)));
  }

  @AfterEach
  void close() {
    connections.close();
    system.close();
    server.close();
  }

  private void execute(String sql) throws SQLException {
    connections.useSession(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  /** Goes on by a segment of 16 MiB for each. */
  private void writeSegments(int count) throws SQLException {
    for (int i = 0; i < count; i++) {
      execute("SELECT pg_logical_emit_message(false, 'weir', 'x'), pg_switch_wal()");
    }
  }

  @Test
  void a_primary_without_replicas_is_fine() {
    Findings findings = look.look();
    assertThat(findings.worst()).isEmpty();
    assertThat(findings.figures())
        .containsEntry("role", "primary")
        .containsEntry("replicas", "none")
        .containsEntry("slots", "0");
  }

  @Test
  void a_slot_without_a_consumer_is_told_of_once_it_keeps_much_and_the_mend_clears_it()
      throws SQLException {
    execute("SELECT pg_create_physical_replication_slot('orphan', true)");
    Findings young = look.look();
    assertThat(young.worst()).as("it keeps little").isEmpty();
    assertThat(young.figures()).containsEntry("slots", "1");
    writeSegments(3);
    Findings old = look.look();
    assertThat(old.worst()).contains(Severity.POOR);
    assertThat(old.cause()).contains("slot 'orphan' is not in use").contains("MiB of WAL");
    assertThat(old.figures()).containsKey("kept for orphan");
    String mend = "SELECT pg_drop_replication_slot('orphan')";
    assertThat(old.mend()).contains(mend).contains("max_slot_wal_keep_size (now -1)");
    execute(mend);
    assertThat(look.look().worst()).isEmpty();
  }

  @Test
  void a_slot_that_the_server_has_given_up_is_told_of() throws SQLException {
    execute("SELECT pg_create_physical_replication_slot('late', true)");
    execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
    execute("SELECT pg_reload_conf()");
    writeSegments(4);
    Await.until(
        PATIENCE,
        () -> "the slot to be given up, but " + look.look().figures(),
        () -> {
          checkpoint();
          return look.look().cause().contains("slot 'late' is lost");
        });
    assertThat(look.look().mend()).contains("pg_drop_replication_slot('late')");
  }

  private void checkpoint() {
    try {
      execute("CHECKPOINT");
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void a_server_that_cannot_be_asked_is_unclear() {
    assertThat(look.look().worst()).isEmpty();
    server.kill();
    Await.until(
        PATIENCE, "it to be missed", () -> look.look().worst().equals(Optional.of(unclear())));
    assertThat(look.look().mend()).contains("'database'");
  }

  private static Severity unclear() {
    return Severity.UNCLEAR;
  }

  @Test
  void a_replica_that_follows_nobody_does_not_claim_to_know_how_far_it_is_behind()
      throws IOException {
    assertThat(look.look().worst()).isEmpty();
    server.kill();
    Files.createFile(server.directory().resolve("data").resolve("standby.signal"));
    server.restart();
    Await.until(
        PATIENCE,
        () -> "it to be seen as a replica, but " + look.look().cause(),
        () -> look.look().figures().containsValue("replica"));
    Findings findings = look.look();
    assertThat(findings.worst()).contains(Severity.UNCLEAR);
    assertThat(findings.cause()).contains("not connected to its primary");
  }
}
