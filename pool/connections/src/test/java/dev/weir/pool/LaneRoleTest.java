package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.RedisConfig;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Lanes whose sessions run as a role of the database, on the connections of one pool. */
@Tag("faults")
class LaneRoleTest {

  private static final int MAX = 3;
  private static final Access MODELS = Access.readWrite().lane("models");
  private static final Access IMPORTS = Access.readWrite().lane("imports");

  private static PostgresServer server;
  private static TestDatabase database;
  private static OwnRole login;
  private static Pools pools;
  private static UnifiedConnectionManager connections;

  @BeforeAll
  static void start() throws SQLException {
    server = PostgresServer.start();
    database = server.freshDatabase();
    login = OwnRole.create(database, "service");
    login.sql("create role reader; create role writer; create role stranger");
    login.sql("grant reader, writer to service");
    login.sql("create table ledger (amount int); grant select on ledger to reader, writer");
    login.sql("grant insert on ledger to writer");
    pools = Pools.open(settings(Map.of("models", "reader", "imports", "writer")));
    connections = pools.manager();
  }

  @AfterAll
  static void stop() {
    pools.close();
    server.close();
  }

  private static ConnectionSettings settings(Map<String, String> roles) {
    var lanes = new HashMap<>(Pools.LANES);
    lanes.put("admin", LaneConfig.open());
    roles.forEach((lane, role) -> lanes.put(lane, LaneConfig.open().role(role)));
    return new ConnectionSettings(
        login.postgres(),
        new PoolConfig(0, MAX, OwnRole.PATIENCE),
        lanes,
        RedisConfig.defaults(),
        null);
  }

  private static String who(Connection connection) throws SQLException {
    try (var ask = connection.createStatement();
        ResultSet row = ask.executeQuery("select current_user")) {
      row.next();
      return row.getString(1);
    }
  }

  private static String who(Access access) throws SQLException {
    return connections.withSession(access, LaneRoleTest::who);
  }

  private static void write(Connection connection) throws SQLException {
    Pools.run(connection, "insert into ledger values (1)");
  }

  @Test
  void give_it_to_sessions_transactions_data_sources_and_views() throws SQLException {
    assertThat(who(MODELS)).isEqualTo("reader");
    assertThat(connections.<String, SQLException>inTransaction(MODELS, LaneRoleTest::who))
        .isEqualTo("reader");
    try (Connection one = connections.dataSource(MODELS).getConnection()) {
      assertThat(who(one)).isEqualTo("reader");
    }
    assertThat(connections.view(MODELS).<String, SQLException>withSession(LaneRoleTest::who))
        .isEqualTo("reader");
    assertThat(who(IMPORTS)).isEqualTo("writer");
    assertThat(who(Access.readWrite())).isEqualTo("service");
  }

  @Test
  void keep_from_writing_who_may_only_read_and_the_server_says_so() throws SQLException {
    assertThatThrownBy(() -> connections.useSession(MODELS, LaneRoleTest::write))
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("42501"));
    assertThatThrownBy(() -> connections.useTransaction(MODELS, LaneRoleTest::write))
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("42501"));
    connections.useSession(IMPORTS, LaneRoleTest::write);
  }

  @Test
  void share_one_budget_whoever_takes_turns_with_whom() throws Exception {
    var wrong = new AtomicInteger();
    List<Access> all = List.of(MODELS, IMPORTS, Access.readWrite());
    List<String> roles = List.of("reader", "writer", "service");
    Crew.repeat(
        300,
        number -> {
          if (!who(all.get(number % 3)).equals(roles.get(number % 3))) {
            wrong.incrementAndGet();
          }
        });
    assertThat(wrong).hasValue(0);
    assertThat(connections.snapshot().wear().opened()).isLessThanOrEqualTo(MAX);
  }

  @Test
  void give_no_other_role_than_their_own() throws SQLException {
    assertThat(who(MODELS.role("reader"))).isEqualTo("reader");
    assertThatThrownBy(() -> who(MODELS.role("writer")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("role 'writer'")
        .hasMessageContaining("lane 'models', whose sessions run as 'reader'")
        .hasMessageContaining("lanes.models.role");
    assertThatThrownBy(() -> connections.dataSource(MODELS.role("writer")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> connections.view(MODELS.role("writer")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void inside_a_session_of_another_role_are_refused() throws SQLException {
    connections.useSession(
        MODELS,
        _ -> {
          assertThat(who(Access.readWrite())).isEqualTo("reader");
          assertThat(who(MODELS)).isEqualTo("reader");
          assertThatThrownBy(() -> who(IMPORTS))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("it wants the role 'writer'")
              .hasMessageContaining("runs as 'reader'");
        });
    connections.useSession(
        _ ->
            assertThatThrownBy(() -> who(MODELS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs as the login"));
  }

  @Test
  void are_known_in_a_transaction_of_a_framework_too() {
    var source = new AtomicReference<DataSource>();
    ConnectionSettings plain = settings(Map.of("models", "reader", "imports", "writer"));
    try (var joined = Pools.open(plain.ambient(new SpringTransactions(source::get)))) {
      source.set(joined.manager().dataSource(MODELS));
      var spring = new TransactionTemplate(new DataSourceTransactionManager(source.get()));
      spring.executeWithoutResult(
          _ -> {
            assertThat(whoIn(joined, MODELS)).isEqualTo("reader");
            assertThatThrownBy(() -> whoIn(joined, IMPORTS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs as 'reader'");
          });
    }
  }

  private static String whoIn(Pools joined, Access access) {
    try {
      return joined.manager().withSession(access, LaneRoleTest::who);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void are_tried_at_the_start_and_all_that_cannot_be_had_are_named() {
    assertThatThrownBy(
            () ->
                Pools.open(
                    settings(Map.of("models", "readr", "imports", "stranger", "batch", "writer"))))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("lanes.models.role = readr: the server knows no such role")
        .hasMessageContaining("lanes.imports.role = stranger: the login is no member of it")
        .hasMessageContaining("GRANT \"stranger\" TO \"service\"")
        .hasMessageNotContaining("lanes.batch");
  }

  @Test
  void that_are_taken_away_later_are_refused_by_name() throws SQLException {
    login.sql("create role passing; grant passing to service");
    try (var own = Pools.open(settings(Map.of("models", "passing")))) {
      login.sql("revoke passing from service");
      assertThatThrownBy(() -> own.manager().useSession(MODELS, _ -> {}))
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("42501")
          .hasMessageContaining("passing")
          .hasMessageContaining("GRANT");
      assertThatThrownBy(() -> own.manager().useTransaction(MODELS, _ -> {}))
          .isInstanceOf(DatabaseUnavailableException.class);
      own.manager().useSession(c -> assertThat(who(c)).isEqualTo("service"));
    }
  }

  @Test
  void are_not_needed_to_ask_for_privileges() throws SQLException {
    try (var own = Pools.open(settings(Map.of("admin", "reader")))) {
      assertThat(own.manager().verifyPrivileges("writer"))
          .extracting(RolePrivileges::role)
          .containsExactly("service", "writer");
    }
  }
}
