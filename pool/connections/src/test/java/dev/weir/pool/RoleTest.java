package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.pool.RolePrivileges.Finding;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several roles of the database on the connections of one pool. */
@Tag("faults")
class RoleTest {

  private static final Access READER = Access.readWrite().role("reader");
  private static final Access WRITER = Access.readWrite().role("writer");

  private static PostgresServer server;
  private static TestDatabase database;
  private static OwnRole login;
  private static Pools pools;

  @BeforeAll
  static void start() throws SQLException {
    server = PostgresServer.start();
    database = server.freshDatabase();
    login = OwnRole.create(database, "service");
    login.sql("create role reader; create role writer; grant reader, writer to service");
    login.sql("create table ledger (amount int); grant select on ledger to reader, writer");
    login.sql("grant insert on ledger to writer");
    pools = Pools.open(login.settings(0, 3));
  }

  @AfterAll
  static void stop() {
    pools.close();
    server.close();
  }

  private static void assertDenied(Access access, String sql) {
    assertThatThrownBy(() -> pools.manager().useSession(access, c -> Pools.run(c, sql)))
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("42501"));
  }

  private static String who(Connection connection) throws SQLException {
    try (ResultSet row = connection.createStatement().executeQuery("select current_user")) {
      row.next();
      return row.getString(1);
    }
  }

  private static String who(Access access) throws SQLException {
    return pools.manager().withSession(access, RoleTest::who);
  }

  @Test
  void may_do_what_each_may_and_the_server_refuses_the_rest() throws SQLException {
    assertDenied(READER, "insert into ledger values (1)");
    pools.manager().useSession(WRITER, c -> Pools.run(c, "insert into ledger values (1)"));
    pools
        .manager()
        .useTransaction(
            READER, c -> assertThat(Pools.one(c, "select count(*) from ledger")).isPositive());
    assertThatThrownBy(
            () ->
                pools
                    .manager()
                    .useTransaction(READER, c -> Pools.run(c, "insert into ledger values (2)")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied");
  }

  @Test
  void go_with_the_session_whatever_comes_before_and_after_it() throws Exception {
    var wrong = new AtomicInteger();
    Crew.repeat(
        300,
        number -> {
          Access access =
              switch (number % 3) {
                case 0 -> READER;
                case 1 -> WRITER;
                default -> Access.readWrite();
              };
          String expected = access.role() == null ? "service" : access.role();
          boolean transaction = number % 2 == 0;
          String seen =
              transaction ? pools.manager().inTransaction(access, RoleTest::who) : who(access);
          if (!seen.equals(expected)) {
            wrong.incrementAndGet();
          }
        });
    assertThat(wrong).hasValue(0);
    assertThat(pools.manager().snapshot().wear().opened()).isLessThanOrEqualTo(3);
  }

  @Test
  void are_gone_after_a_transaction_that_was_rolled_back() throws SQLException {
    for (int i = 0; i < 6; i++) {
      assertThatThrownBy(
              () -> pools.manager().useTransaction(READER, c -> Pools.run(c, "select 1/0")))
          .isInstanceOf(SQLException.class);
      assertThat(who(Access.readWrite())).isEqualTo("service");
    }
  }

  @Test
  void hold_for_a_data_source_too() throws SQLException {
    try (Connection one = pools.manager().dataSource(READER).getConnection()) {
      assertThat(who(one)).isEqualTo("reader");
    }
    try (Connection one = pools.manager().dataSource().getConnection()) {
      assertThat(who(one)).isEqualTo("service");
    }
  }

  @Test
  void can_be_left_by_no_statement() throws SQLException {
    for (String way :
        List.of(
            "reset role",
            "set role writer",
            "SET SESSION AUTHORIZATION DEFAULT",
            "select 1; reset role",
            "set local role writer",
            "/* */ set role none",
            "set \"role\" to writer",
            "select set_config('role', 'writer', false)",
            "Select Set_Config('role', 'writer', false)",
            "select set_config('a.b', 'x', false), set_config('role', 'writer', false)",
            "discard all")) {
      assertDenied(READER, way);
      pools
          .manager()
          .useSession(
              READER,
              c -> {
                assertThatThrownBy(() -> Pools.run(c, way)).isInstanceOf(SQLException.class);
                assertThat(who(c)).isEqualTo("reader");
              });
    }
  }

  @Test
  void survive_that_a_session_leaves_settings_behind() throws SQLException {
    for (int i = 0; i < 4; i++) {
      pools.manager().useSession(READER, c -> Pools.run(c, "set work_mem = '123kB'"));
      assertThat(who(Access.readWrite())).isEqualTo("service");
      assertThat(who(READER)).isEqualTo("reader");
    }
  }

  @Test
  void that_the_login_may_not_take_are_refused_by_the_server() throws SQLException {
    login.sql("create role stranger");
    assertThatThrownBy(
            () -> pools.manager().useSession(Access.readWrite().role("stranger"), _ -> {}))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("42501");
    assertThat(who(Access.readWrite())).isEqualTo("service");
  }

  @Nested
  class Inside_another_session {

    @Test
    void must_be_the_same_or_none() throws SQLException {
      pools
          .manager()
          .useSession(
              READER,
              _ -> {
                assertThat(who(Access.readWrite())).isEqualTo("reader");
                assertThat(who(READER)).isEqualTo("reader");
                assertThatThrownBy(() -> who(WRITER))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("it wants the role 'writer'")
                    .hasMessageContaining("runs as 'reader'");
              });
    }
  }

  @Test
  void are_found_out() throws SQLException {
    List<RolePrivileges> found = pools.manager().verifyPrivileges("reader", "writer");
    assertThat(found)
        .extracting(RolePrivileges::role)
        .containsExactly("service", "reader", "writer");
    RolePrivileges reader = found.get(1);
    assertThat(reader.isReadOnly()).as("%s", reader).isTrue();
    assertThat(reader.readableTables()).isOne();
    assertThat(reader.writableTables()).isZero();
    RolePrivileges writer = found.get(2);
    assertThat(writer.may()).contains(Finding.WRITE_TABLES).doesNotContain(Finding.CREATED_A_TABLE);
    assertThat(writer.isReadOnly()).isFalse();
    assertThatThrownBy(() -> pools.manager().verifyPrivileges("nobody"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no role 'nobody'");
    try (var all = Pools.open(Pools.settings(database, 1))) {
      RolePrivileges superuser = all.manager().verifyPrivileges().getFirst();
      assertThat(superuser.may()).contains(Finding.EVERYTHING, Finding.CREATED_A_TABLE);
      assertThat(superuser.toString()).contains("may be taken, connect, everything");
    }
  }

  @Test
  void need_a_server_process_of_their_own() {
    var pooled =
        OwnRole.settings(
            login.postgres().pooler(dev.weir.config.PostgresConfig.Pooler.TRANSACTION), 0, 2);
    try (var behind = Pools.open(pooled)) {
      assertThatThrownBy(() -> behind.manager().useSession(READER, _ -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("postgres.pooler");
      assertThatThrownBy(() -> behind.manager().dataSource(READER))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
