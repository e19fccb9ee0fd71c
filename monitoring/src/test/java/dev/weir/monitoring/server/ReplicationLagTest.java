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
import dev.weir.testkit.MuteReplica;
import dev.weir.testkit.PostgresReplica;
import dev.weir.testkit.PostgresServer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A primary and a replica that streams from it, looked at from both ends. */
@Timeout(180)
@Tag("faults")
class ReplicationLagTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long MUCH = 1L << 40;

  private static final SystemTasks SYSTEM = SystemTasks.open();
  private static PostgresServer primary;
  private static PostgresReplica replica;
  private static UnifiedConnectionManager onPrimary;
  private static UnifiedConnectionManager onReplica;

  @BeforeAll
  static void start() throws SQLException {
    primary = PostgresServer.builder().setting("wal_receiver_timeout", "6s").start();
    onPrimary = open(primary, primary.user(), primary.password());
    execute(onPrimary, "CREATE TABLE t (id int)");
    replica = primary.replica();
    onReplica = open(replica.server(), primary.user(), primary.password());
  }

  @AfterAll
  static void close() {
    onPrimary.close();
    onReplica.close();
    replica.close();
    primary.close();
    SYSTEM.close();
  }

  @AfterEach
  void restore() {
    replica.resumeReplay();
    replica.awaitCaughtUp();
  }

  private static UnifiedConnectionManager open(PostgresServer server, String user, String word) {
    WeirConfig config = WeirConfig.defaults(Profile.TEST);
    String url = server.jdbcUrl("postgres");
    return UnifiedConnectionManager.open(
        ConnectionSettings.of(
            config
                .postgres(config.postgres().url(url).user(user).password(Secret.of(word)))
                .pool(new PoolConfig(1, 2, Duration.ofSeconds(20)))),
        SYSTEM,
        List.of());
  }

  private static void execute(UnifiedConnectionManager connections, String sql)
      throws SQLException {
    connections.useSession(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
          }
        });
  }

  private static long number(UnifiedConnectionManager connections, String sql) throws SQLException {
    return connections.withSession(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet answer = statement.executeQuery(sql)) {
            answer.next();
            return answer.getLong(1);
          }
        });
  }

  private static Findings await(ReplicationLook look, Predicate<Findings> wanted) {
    Await.until(
        PATIENCE,
        () -> {
          Findings last = look.look();
          return "another finding than %s %s".formatted(last.figures(), last.cause());
        },
        () -> wanted.test(look.look()));
    return look.look();
  }

  private static boolean isFine(Findings findings) {
    return findings.worst().isEmpty();
  }

  private static boolean isUnclear(Findings findings) {
    return findings.worst().filter(Severity.UNCLEAR::equals).isPresent();
  }

  private static boolean isPoor(Findings findings) {
    return findings.worst().filter(Severity.POOR::equals).isPresent();
  }

  private static ReplicationLook strict(UnifiedConnectionManager connections) {
    return new ReplicationLook(connections, new Bounds(MUCH, Duration.ofMillis(1)));
  }

  @Test
  void a_replica_that_has_all_is_fine_however_old_its_last_transaction() throws SQLException {
    execute(onPrimary, "INSERT INTO t VALUES (1)");
    replica.awaitCaughtUp();
    Await.until(
        PATIENCE,
        "the last transaction to be old",
        () -> {
          try {
            return number(
                    onReplica,
                    "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::int")
                >= 1;
          } catch (SQLException failure) {
            throw new IllegalStateException(failure);
          }
        });
    Findings findings = await(strict(onReplica), ReplicationLagTest::isFine);
    assertThat(findings.figures())
        .containsEntry("role", "replica")
        .containsEntry("behind", "0 bytes")
        .containsEntry("replay", "runs");
    assertThat(await(strict(onPrimary), ReplicationLagTest::isFine).figures())
        .containsEntry("replicas", "1");
  }

  @Test
  void while_its_replay_is_paused_under_writes_both_ends_tell_the_real_lag() throws SQLException {
    ReplicationLook there = new ReplicationLook(onReplica);
    ReplicationLook here = strict(onPrimary);
    assertThat(await(there, ReplicationLagTest::isFine).figures()).containsEntry("replay", "runs");
    replica.pauseReplay();
    assertThat(there.look().figures()).containsEntry("replay", "paused");

    execute(onPrimary, "INSERT INTO t SELECT generate_series(1, 100000)");

    Findings seenThere =
        await(there, it -> isPoor(it) && it.cause().contains("behind by") && isMib(it));
    assertThat(seenThere.cause()).contains("the replay of this replica is paused");
    assertThat(seenThere.mend()).contains("pg_wal_replay_resume()");
    Findings seenHere = await(here, ReplicationLagTest::isPoor);
    assertThat(seenHere.cause()).contains("replica '" + replica.name()).contains("MiB");
    long truth =
        number(
            onReplica,
            "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())");
    assertThat(there.look().figures()).containsEntry("behind", (truth >> 20) + " MiB");

    replica.resumeReplay();

    await(there, ReplicationLagTest::isFine);
    await(here, ReplicationLagTest::isFine);
  }

  private static boolean isMib(Findings findings) {
    return String.valueOf(findings.figures().get("behind")).endsWith("MiB");
  }

  @Test
  void a_replica_whose_primary_is_down_does_not_know() {
    ReplicationLook look = new ReplicationLook(onReplica);
    await(look, ReplicationLagTest::isFine);
    primary.kill();
    try {
      Findings findings = await(look, ReplicationLagTest::isUnclear);
      assertThat(findings.cause()).contains("not connected to its primary");
      assertThat(findings.mend()).contains("primary_conninfo");
    } finally {
      primary.restart();
    }
    await(look, ReplicationLagTest::isFine);
  }

  @Test
  void a_replica_whose_primary_says_nothing_does_not_know() {
    ReplicationLook look = new ReplicationLook(onReplica);
    await(look, ReplicationLagTest::isFine);
    primary.pause();
    try {
      assertThat(await(look, ReplicationLagTest::isUnclear).cause())
          .contains("nobody can tell how far it is behind");
    } finally {
      primary.resume();
    }
    await(look, ReplicationLagTest::isFine);
  }

  @Test
  void a_primary_does_not_know_of_a_replica_that_tells_nothing() throws SQLException {
    ReplicationLook look = new ReplicationLook(onPrimary);
    try (var _ = MuteReplica.of(primary)) {
      Findings findings = await(look, ReplicationLagTest::isUnclear);
      assertThat(findings.cause())
          .contains("replica '" + MuteReplica.NAME)
          .contains("has not told");
    }
    await(look, ReplicationLagTest::isFine);
  }

  @Test
  void a_login_that_may_not_see_replicas_does_not_know_until_it_is_allowed_to()
      throws SQLException {
    execute(onPrimary, "CREATE ROLE plain LOGIN PASSWORD 'plain'");
    try (UnifiedConnectionManager plain = open(primary, "plain", "plain")) {
      ReplicationLook look = new ReplicationLook(plain);
      Findings findings = look.look();
      assertThat(findings.worst()).contains(Severity.UNCLEAR);
      assertThat(findings.mend()).contains("GRANT pg_monitor");
      execute(onPrimary, "GRANT pg_monitor TO plain");
      await(look, ReplicationLagTest::isFine);
    }
    execute(onPrimary, "DROP ROLE plain");
  }
}
