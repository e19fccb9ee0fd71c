package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresReplica;
import dev.weir.testkit.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Managers that want to write, on a server that is in recovery. */
@Timeout(180)
@Tag("faults")
class StandbyTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WRITE = "insert into t values (1)";

  private final PostgresServer primary = PostgresServer.start();
  private PostgresReplica replica;

  @BeforeEach
  void start() throws SQLException {
    try (var pools = Pools.open(settings(url(primary), Pools.LANES))) {
      pools.manager().useSession(c -> Pools.run(c, "create table t (id int)"));
    }
    replica = primary.replica();
    replica.awaitCaughtUp();
  }

  @AfterEach
  void stop() {
    replica.close();
    primary.close();
  }

  private static String url(PostgresServer server) {
    return server.jdbcUrl("postgres");
  }

  private ConnectionSettings settings(String url, Map<String, LaneConfig> lanes) {
    PostgresConfig postgres =
        PostgresConfig.defaults()
            .url(url)
            .user(primary.user())
            .password(Secret.of(primary.password()));
    return new ConnectionSettings(
        postgres, new PoolConfig(2, 4, PATIENCE), lanes, RedisConfig.defaults(), null);
  }

  private static void refuses(Pools pools) {
    assertThatThrownBy(() -> pools.manager().useTransaction(c -> Pools.run(c, WRITE)))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
  }

  private static void await(Pools pools, PoolState state) {
    Await.until(
        PATIENCE,
        () -> "%s, but %s".formatted(state, pools.manager().snapshot().line()),
        () -> pools.manager().snapshot().state() == state);
  }

  @Test
  void is_named_as_such_serves_reads_and_takes_writes_over_the_same_sockets_once_it_is_promoted()
      throws SQLException {
    try (var pools = Pools.open(settings(url(replica.server()), Pools.LANES))) {
      await(pools, PoolState.READ_ONLY);
      assertThat(pools.manager().snapshot().cause()).contains("in recovery", "25006");
      refuses(pools);
      int count = pools.manager().withSession(c -> Pools.one(c, "select count(*)::int from t"));
      assertThat(count).isZero();

      replica.promote();

      pools.manager().useTransaction(c -> Pools.run(c, WRITE));
      await(pools, PoolState.HEALTHY);
      assertThat(pools.manager().snapshot().wear().lost()).as("lost sockets").isZero();
    }
  }

  @Test
  void is_fine_for_who_only_wants_to_read() throws SQLException {
    Map<String, LaneConfig> reading = new HashMap<>(Pools.LANES);
    reading.put("interactive", LaneConfig.open().readOnly(true));
    try (var pools = Pools.open(settings(url(replica.server()), reading))) {
      await(pools, PoolState.HEALTHY);
    }
  }

  @Test
  void loses_its_sockets_to_the_primary_once_there_is_one_again() throws SQLException {
    String both =
        "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/postgres?targetServerType=preferPrimary&hostRecheckSeconds=0"
            .formatted(primary.port(), replica.server().port());
    primary.kill();
    try (var pools = Pools.open(settings(both, Pools.LANES))) {
      refuses(pools);
      primary.restart();
      Await.until(
          PATIENCE,
          "a write that reaches the primary",
          () -> {
            try {
              pools.manager().useTransaction(c -> Pools.run(c, WRITE));
              return true;
            } catch (SQLException refused) {
              assertThat(refused.getSQLState()).isEqualTo("25006");
              return false;
            }
          });
      await(pools, PoolState.HEALTHY);
    }
    replica.awaitCaughtUp();
  }

  @Test
  void is_not_run_over_by_logins_however_many_writes_it_refuses() {
    var logins = new Logins();
    try (var pools = Pools.open(settings(url(replica.server()), Pools.LANES), logins)) {
      for (int i = 0; i < 500; i++) {
        refuses(pools);
      }
      // Told once at the first, and again after 1, 3, 7, 15 s: never a login for each write.
      assertThat(logins.tries()).isLessThan(100);
    }
  }

  @Test
  void a_read_only_session_on_a_primary_is_not_taken_for_one() throws SQLException {
    var logins = new Logins();
    try (var pools = Pools.open(settings(url(primary), Pools.LANES), logins)) {
      await(pools, PoolState.HEALTHY);
      int before = logins.tries();
      assertThatThrownBy(
              () -> pools.manager().useSession(Access.readOnly(), c -> Pools.run(c, WRITE)))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
      pools.manager().useSession(c -> Pools.run(c, WRITE));
      assertThat(pools.manager().snapshot().state()).isEqualTo(PoolState.HEALTHY);
      assertThat(logins.tries()).isEqualTo(before);
    }
  }
}
