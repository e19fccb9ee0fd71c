package dev.weir.pool;

import static dev.weir.pool.TwoLogins.MODELS;
import static dev.weir.pool.TwoLogins.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.LaneSnapshot;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Two logins on one manager: that of all, and that of a lane which may only read. */
@Tag("faults")
class LaneLoginTest {

  private static PostgresServer server;
  private static int number;

  private TwoLogins logins;
  private Pools pools;
  private UnifiedConnectionManager connections;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open(TestInfo test) throws SQLException {
    logins = new TwoLogins(server, "_" + ++number);
    pools = Pools.open(logins.settings(1));
    connections = pools.manager();
  }

  @AfterEach
  void close() {
    pools.close();
    logins.database().close();
  }

  private String service() {
    return logins.service().name();
  }

  private String reader() {
    return logins.reader().name();
  }

  private static LaneSnapshot lane(PoolSnapshot pool, String name) {
    return pool.gate().lanes().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void give_sessions_transactions_requests_data_sources_and_views_of_the_lane_its_login()
      throws Exception {
    assertThat(TwoLogins.who(pools, MODELS)).isEqualTo(reader());
    assertThat(connections.<String, SQLException>inTransaction(MODELS, TwoLogins::who))
        .isEqualTo(reader());
    String inRequest = connections.inRequest(MODELS, () -> connections.withSession(TwoLogins::who));
    assertThat(inRequest).isEqualTo(reader());
    try (Connection one = connections.dataSource(MODELS).getConnection()) {
      assertThat(TwoLogins.who(one)).isEqualTo(reader());
    }
    assertThat(connections.view(MODELS).<String, SQLException>withSession(TwoLogins::who))
        .isEqualTo(reader());
    assertThat(TwoLogins.who(pools, Access.readWrite())).isEqualTo(service());
    assertThat(TwoLogins.who(pools, Access.readWrite().lane("batch"))).isEqualTo(service());
  }

  @Test
  void keep_the_lane_from_writing_by_the_servers_own_word() throws SQLException {
    assertThatThrownBy(() -> connections.useSession(MODELS, TwoLogins::write))
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("42501"));
    assertThatThrownBy(
            () ->
                connections.useTransaction(
                    MODELS,
                    c -> {
                      Pools.run(c, "set local role none");
                      TwoLogins.write(c);
                    }))
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("42501"));
    connections.useSession(TwoLogins::write);
    int seen = connections.withSession(MODELS, c -> Pools.one(c, "select count(*) from ledger"));
    assertThat(seen).isOne();
  }

  @Test
  void share_one_budget_under_the_load_of_both() {
    int most = 0;
    int mostOwn = 0;
    try (var shared = Load.begin(pools, 200, c -> Pools.run(c, "select pg_sleep(0.002)"));
        var own = Load.begin(pools, MODELS, 200, c -> Pools.run(c, "select pg_sleep(0.002)"))) {
      long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
      while (System.nanoTime() < end) {
        most = Math.max(most, logins.backends());
        mostOwn = Math.max(mostOwn, logins.backends(logins.reader()));
        assertThat(connections.snapshot().connections()).isLessThanOrEqualTo(TwoLogins.MAX);
      }
      FaultLog.note(
          "two logins on one manager under 400 callers for 3 s",
          "%,d and %,d sessions, failed %d and %d, sockets at most %d of %d, of the lane %d of %d",
          shared.done(),
          own.done(),
          shared.failures().size(),
          own.failures().size(),
          most,
          TwoLogins.MAX,
          mostOwn,
          TwoLogins.OWN);
      assertThat(shared.failures()).isEmpty();
      assertThat(own.failures()).isEmpty();
      assertThat(shared.done()).isPositive();
      assertThat(own.done()).isPositive();
      assertThat(most).isEqualTo(TwoLogins.MAX);
      assertThat(mostOwn).isEqualTo(TwoLogins.OWN);
    }
  }

  @Test
  void serve_the_others_while_the_lane_is_saturated() throws Exception {
    try (var _ = Held.sessions(pools, MODELS, TwoLogins.OWN)) {
      assertThatThrownBy(
              () -> connections.useSession(MODELS.deadline(Duration.ofMillis(100)), _ -> {}))
          .isInstanceOf(AdmissionRejectedException.class)
          .hasMessageContaining("lanes.models.limit or pool.wait")
          .hasMessageNotContaining("pool.max");
      PoolSnapshot now = connections.snapshot();
      assertThat(lane(now, "models").inUse()).isEqualTo(TwoLogins.OWN);
      assertThat(now.max()).isEqualTo(TwoLogins.MAX);
      assertThat(connections.openSessions())
          .extracting(OpenSession::lane)
          .containsExactly("models", "models");
      for (int i = 0; i < 20; i++) {
        connections.useSession(TwoLogins::write);
      }
    }
  }

  @Test
  void serve_the_lane_while_all_others_are_saturated() throws Exception {
    try (var _ = Held.sessions(pools, TwoLogins.PERMITS)) {
      assertThatThrownBy(
              () ->
                  connections.useSession(
                      Access.readWrite().deadline(Duration.ofMillis(100)), _ -> {}))
          .isInstanceOf(AdmissionRejectedException.class);
      for (int i = 0; i < 20; i++) {
        assertThat(TwoLogins.who(pools, MODELS)).isEqualTo(reader());
      }
    }
  }

  @Test
  void are_refused_inside_a_session_of_another_login() throws SQLException {
    connections.useSession(
        _ ->
            assertThatThrownBy(() -> TwoLogins.who(pools, MODELS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("its lane 'models' logs in as '" + reader() + "'")
                .hasMessageContaining("lanes.models.user")
                .hasMessageContaining("the connection as all do"));
    connections.useTransaction(
        _ ->
            assertThatThrownBy(
                    () -> connections.<SQLException>useTransaction(MODELS, TwoLogins::write))
                .isInstanceOf(IllegalStateException.class));
    connections.useSession(
        MODELS,
        _ -> {
          assertThat(TwoLogins.who(pools, MODELS)).isEqualTo(reader());
          assertThat(TwoLogins.who(pools, Access.readWrite())).isEqualTo(reader());
        });
  }

  @Test
  void of_two_lanes_are_refused_inside_each_other_unless_they_are_one_user() throws SQLException {
    OwnRole writer = OwnRole.create(logins.database(), "writer_" + number);
    var lanes =
        Map.of(
            "models", LaneConfig.open().limit(1).login(logins.login()),
            "agents", LaneConfig.open().limit(1).login(logins.login()),
            "imports", LaneConfig.open().limit(1).login(TwoLogins.login(writer, "first")));
    try (var three = Pools.open(logins.settings(0, lanes))) {
      three
          .manager()
          .useSession(
              MODELS,
              _ -> {
                assertThat(TwoLogins.who(three, MODELS.lane("agents"))).isEqualTo(reader());
                assertThatThrownBy(() -> TwoLogins.who(three, MODELS.lane("imports")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the connection as '" + reader() + "'");
              });
      assertThat(TwoLogins.who(three, MODELS.lane("imports"))).isEqualTo(writer.name());
    }
  }

  @Test
  void are_known_in_a_transaction_of_a_framework_too() {
    var source = new AtomicReference<DataSource>();
    ConnectionSettings plain = logins.settings(0);
    try (var joined = Pools.open(plain.ambient(new SpringTransactions(source::get)))) {
      source.set(joined.manager().dataSource(MODELS));
      inSpring(source.get(), () -> assertThat(whoIn(joined, MODELS)).isEqualTo(reader()));
      source.set(joined.manager().dataSource());
      inSpring(
          source.get(),
          () ->
              assertThatThrownBy(() -> whoIn(joined, MODELS))
                  .isInstanceOf(IllegalStateException.class));
    }
  }

  private static void inSpring(DataSource source, Runnable work) {
    new TransactionTemplate(new DataSourceTransactionManager(source))
        .executeWithoutResult(_ -> work.run());
  }

  private static String whoIn(Pools joined, Access access) {
    try {
      return TwoLogins.who(joined, access);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void may_have_a_role_beside_which_that_login_must_be_able_to_take() throws SQLException {
    String narrow = "narrow_" + number;
    logins.service().sql("create role " + narrow);
    LaneConfig lane = LaneConfig.open().limit(1).login(logins.login()).role(narrow);
    assertThatThrownBy(() -> Pools.open(logins.settings(0, Map.of("models", lane))))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("lanes.models.role = " + narrow)
        .hasMessageContaining("GRANT \"%s\" TO \"%s\"".formatted(narrow, reader()));
    logins.service().sql("grant %s to %s".formatted(narrow, reader()));
    try (var both = Pools.open(logins.settings(0, Map.of("models", lane)))) {
      assertThat(
              both.manager()
                  .<Integer, SQLException>withSession(
                      MODELS,
                      c ->
                          Pools.one(
                              c,
                              "select 1 where current_user = '%s' and session_user = '%s'"
                                  .formatted(narrow, reader()))))
          .isOne();
    }
  }

  @Test
  void are_found_out_each_for_itself() throws SQLException {
    assertThat(connections.verifyPrivileges())
        .extracting(RolePrivileges::role)
        .containsExactly(service(), reader());
    RolePrivileges found = connections.verifyPrivileges().getLast();
    assertThat(found.isReadOnly()).as("%s", found).isTrue();
    assertThat(found.readableTables()).isOne();
  }

  @Test
  void keep_their_part_when_the_pool_becomes_larger_or_smaller() throws Exception {
    connections.resize(0, 4);
    assertThat(connections.snapshot().max()).isEqualTo(4);
    try (var _ = Held.sessions(pools, MODELS, TwoLogins.OWN);
        var _ = Held.sessions(pools, 1)) {
      assertThat(logins.backends()).isLessThanOrEqualTo(4);
    }
    assertThatThrownBy(() -> connections.resize(0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lanes with a login of their own have 2");
    connections.resize(1, 9);
    try (var _ = Held.sessions(pools, MODELS, TwoLogins.OWN);
        var _ = Held.sessions(pools, 6)) {
      assertThat(connections.snapshot().connections()).isBetween(8, 9);
    }
    assertThat(connections.advice().getLast().from()).isEqualTo(9);
  }

  @Test
  void wait_together_while_the_pool_is_paused() throws Exception {
    assertThat(connections.pause(Deadline.in(PATIENCE))).isZero();
    Await.until(PATIENCE, "no socket is left", () -> logins.backends() == 0);
    for (Access each : new Access[] {MODELS, Access.readWrite()}) {
      assertThatThrownBy(
              () -> connections.useSession(each.deadline(Duration.ofMillis(50)), _ -> {}))
          .isInstanceOf(AdmissionRejectedException.class);
    }
    connections.resume();
    assertThat(TwoLogins.who(pools, MODELS)).isEqualTo(reader());
    assertThat(TwoLogins.who(pools, Access.readWrite())).isEqualTo(service());
  }

  @Test
  void end_together_and_leave_no_socket() throws Exception {
    try (var held = Held.sessions(pools, MODELS, 1)) {
      assertThat(connections.drain(Deadline.in(Duration.ofMillis(50)))).isOne();
      assertThat(connections.openSessions()).hasSize(1);
      assertThatThrownBy(() -> connections.useSession(MODELS, _ -> {}))
          .isInstanceOf(AdmissionRejectedException.class);
      held.letGo();
      assertThat(connections.drain(Deadline.in(PATIENCE))).isZero();
    }
    connections.close();
    Await.until(PATIENCE, "no socket is left", () -> logins.backends() == 0);
    assertThat(connections.snapshot().state()).isEqualTo(PoolState.CLOSED);
  }

  @Test
  void are_watched_like_all_others() throws Exception {
    ConnectionSettings hurried =
        logins.settings(0).watch(WatchRules.usual().slowAfter(Duration.ofMillis(300)));
    try (var watched = Pools.open(hurried);
        var _ = Held.sessions(watched, MODELS, 1)) {
      Await.until(PATIENCE, "it is slow", () -> !watched.manager().slowSessions().isEmpty());
      assertThat(watched.manager().slowSessions())
          .extracting(slow -> slow.holder().lane())
          .containsExactly("models");
    }
  }

  @Test
  void count_in_the_share_of_a_fleet() throws Exception {
    ConnectionSettings plain = logins.settings(0);
    PoolConfig small = plain.pool().max(5).fleet(new PoolConfig.Fleet("two", 1));
    assertThatThrownBy(() -> Pools.open(with(plain, small)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pool.max = 5 is too few for pool.fleet = two")
        .hasMessageContaining("raise it to 6");
    try (var fleet = Pools.open(with(plain, small.max(9)))) {
      Await.until(
          PATIENCE,
          () -> "its share, but " + fleet.manager().snapshot().line(),
          () -> fleet.manager().snapshot().max() == 9);
      try (var _ = Held.sessions(fleet, MODELS, TwoLogins.OWN);
          var _ = Held.sessions(fleet, 5)) {
        assertThat(fleet.manager().snapshot().connections()).isLessThanOrEqualTo(9);
      }
    }
  }

  private static ConnectionSettings with(ConnectionSettings plain, PoolConfig pool) {
    return new ConnectionSettings(plain.postgres(), pool, plain.lanes(), plain.redis(), null);
  }
}
