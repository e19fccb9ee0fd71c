package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Roles, and what sessions leave behind, behind PgBouncer in transaction mode, where the next
 * transaction may have another server process, and this one's another client.
 */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
@Tag("faults")
class StateThroughPgBouncerTest {

  private static final String WHO = "select current_user";

  private final List<String> left = new CopyOnWriteArrayList<>();
  private final TestDatabase database;
  private final String role;
  private final String stranger;
  private Pools pools;
  private UnifiedConnectionManager connections;
  private Access reader;

  StateThroughPgBouncerTest(TestDatabase database) {
    this.database = database;
    this.role = "reader_" + database.name();
    this.stranger = "nobody_" + database.name();
  }

  @BeforeAll
  void open() throws SQLException {
    sql("create table ledger (amount int); create role %s; grant select on ledger to %s");
    pools = Pools.open(settings("models", role), listener());
    connections = pools.manager();
    reader = Access.readWrite().role(role);
  }

  @AfterAll
  void close() throws SQLException {
    pools.close();
    sql("drop owned by %s; drop role %s");
  }

  @BeforeEach
  void nothingLeft() {
    left.clear();
  }

  private void sql(String sql) throws SQLException {
    try (Connection own = database.dataSource().getConnection()) {
      Pools.run(own, sql.formatted(role, role));
    }
  }

  private PoolListener listener() {
    return new PoolListener() {
      @Override
      public void leftBehind(String lane, String what) {
        left.add(lane + ": " + what);
      }
    };
  }

  private ConnectionSettings settings(String lane, String ofRole) {
    ConnectionSettings usual = Pools.throughPgBouncer(database, Pools.settings(database, 4));
    var lanes = new HashMap<>(usual.lanes());
    lanes.put(lane, LaneConfig.open().role(ofRole));
    return new ConnectionSettings(usual.postgres(), usual.pool(), lanes, usual.redis(), null);
  }

  private static String show(Connection connection, String sql) throws SQLException {
    try (var ask = connection.createStatement();
        ResultSet row = ask.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private String inTransaction(Access access, String sql) throws SQLException {
    return connections.inTransaction(access, c -> show(c, sql));
  }

  @Test
  void a_role_goes_with_its_transaction_whoever_had_the_process_before() throws Exception {
    var wrong = new AtomicInteger();
    Access models = Access.readWrite().lane("models");
    Crew.repeat(
        300,
        number -> {
          Access access = number % 3 == 0 ? reader : number % 3 == 1 ? models : Access.readWrite();
          String expected = number % 3 == 2 ? database.user() : role;
          if (!inTransaction(access, WHO).equals(expected)) {
            wrong.incrementAndGet();
          }
        });
    assertThat(wrong).hasValue(0);
    assertThat(inTransaction(Access.readOnly().role(role), WHO)).isEqualTo(role);
  }

  @Test
  void what_it_may_not_do_the_server_refuses_and_no_statement_leaves_it() {
    for (String wrong :
        List.of("insert into ledger values (1)", "reset role", "set local role postgres")) {
      assertThatThrownBy(() -> connections.useTransaction(reader, c -> Pools.run(c, wrong)))
          .isInstanceOfSatisfying(
              SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("42501"));
    }
  }

  @Test
  void a_role_outside_a_transaction_is_refused_with_the_reason() {
    assertThatThrownBy(() -> connections.useSession(reader, _ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("role '" + role + "'")
        .hasMessageContaining("postgres.pooler")
        .hasMessageContaining("inTransaction");
    assertThatThrownBy(() -> connections.useSession(Access.readWrite().lane("models"), _ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("role '" + role + "'");
    assertThatThrownBy(() -> connections.dataSource(reader))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("postgres.pooler");
  }

  @Test
  void the_usual_lane_may_have_one_too() throws SQLException {
    try (var own = Pools.open(settings("interactive", role))) {
      String inside = own.manager().inTransaction(c -> show(c, WHO));
      assertThat(inside).isEqualTo(role);
      assertThatThrownBy(() -> own.manager().dataSource())
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> own.manager().joiningDataSource().getConnection())
          .isInstanceOf(IllegalStateException.class);
      own.manager()
          .useTransaction(
              _ -> {
                try (Connection joined = own.manager().joiningDataSource().getConnection()) {
                  assertThat(show(joined, WHO)).isEqualTo(role);
                }
              });
    }
  }

  @Test
  void a_session_inside_a_transaction_has_its_role() throws SQLException {
    connections.useTransaction(
        reader,
        _ -> {
          String inside = connections.withSession(reader, c -> show(c, WHO));
          assertThat(inside).isEqualTo(role);
        });
  }

  @Test
  void a_role_that_cannot_be_had_is_named_at_the_start() {
    assertThatThrownBy(() -> Pools.open(settings("models", stranger)))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("lanes.models.role = " + stranger);
  }

  @Test
  void what_holds_for_a_transaction_ends_with_it_and_is_nobodys_fault() throws SQLException {
    connections.useTransaction(
        c -> {
          Pools.run(c, "set local work_mem = '123kB'");
          Pools.run(c, "select pg_advisory_xact_lock(42)");
          assertThat(show(c, "show work_mem")).isEqualTo("123kB");
        });
    assertThat(left).isEmpty();
    assertThat(inTransaction(Access.readWrite(), "show work_mem")).isNotEqualTo("123kB");
    assertThat(locks()).isZero();
  }

  private int locks() throws SQLException {
    try (Connection own = database.dataSource().getConnection()) {
      return Pools.one(
          own, "select count(*) from pg_locks where locktype = 'advisory' and objid = 42");
    }
  }

  @Test
  void what_is_set_for_longer_is_named_since_it_cannot_be_undone() throws SQLException {
    connections.useSession(c -> Pools.run(c, "set work_mem = '125kB'"));
    connections.useSession(c -> Pools.run(c, "select pg_advisory_lock(43)"));
    connections.useSession(c -> Pools.run(c, "create temp table mine (a int)"));
    String reach = " (out of reach behind the pooler)";
    assertThat(left)
        .containsExactly(
            "interactive: settings" + reach,
            "interactive: advisory locks" + reach,
            "interactive: temporary tables" + reach);
  }

  @Test
  void what_is_set_in_a_transaction_that_is_rolled_back_is_gone_with_it() throws SQLException {
    try (Connection own = connections.dataSource().getConnection()) {
      own.setAutoCommit(false);
      Pools.run(own, "set work_mem = '124kB'");
      Pools.run(own, "insert into ledger values (7)");
    }
    assertThat(left)
        .hasSize(1)
        .first()
        .asString()
        .startsWith("interactive: an open transaction, settings");
    assertThat(inTransaction(Access.readWrite(), "show work_mem")).isNotEqualTo("124kB");
    assertThat(inTransaction(Access.readWrite(), "select count(*) from ledger")).isEqualTo("0");
  }
}
