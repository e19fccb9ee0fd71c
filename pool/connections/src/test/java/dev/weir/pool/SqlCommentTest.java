package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PoolConfig.SqlComments;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RealServers
class SqlCommentTest {

  private static final String MINE =
      "select query from pg_stat_activity where pid = pg_backend_pid()";
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final Access ORDERS = Access.readWrite().name("orders");

  private final AtomicReference<@Nullable String> trace = new AtomicReference<>();
  private final TestDatabase database;
  private @Nullable Pools pools;

  SqlCommentTest(TestDatabase database) {
    this.database = database;
  }

  @AfterEach
  void close() {
    if (pools != null) {
      pools.close();
    }
  }

  private UnifiedConnectionManager open(SqlComments comments) {
    ConnectionSettings usual = Pools.settings(database, 1);
    pools =
        Pools.open(
            new ConnectionSettings(
                    usual.postgres(),
                    usual.pool().sqlComments(comments),
                    usual.lanes(),
                    usual.redis(),
                    null)
                .traceParent(trace::get));
    return pools.manager();
  }

  /** What the server says it was sent. */
  private static String sent(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String prepared(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MINE);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void is_written_only_when_asked_for() throws SQLException {
    var connections = open(SqlComments.OFF);
    connections.useSession(ORDERS, c -> assertThat(sent(c, MINE)).isEqualTo(MINE));
  }

  @Test
  void says_the_name_of_the_session_to_the_server() throws SQLException {
    trace.set(TRACE);
    var connections = open(SqlComments.NAME);
    connections.useSession(
        ORDERS,
        c -> {
          assertThat(sent(c, MINE)).isEqualTo(MINE + " /*action='orders'*/");
          assertThat(prepared(c)).isEqualTo(MINE + " /*action='orders'*/");
        });
    connections.useSession(c -> assertThat(sent(c, MINE)).isEqualTo(MINE));
    connections.useTransaction(
        ORDERS, c -> assertThat(prepared(c)).isEqualTo(MINE + " /*action='orders'*/"));
  }

  @Test
  void says_the_nearest_name_and_that_of_the_session_a_framework_joins() throws SQLException {
    var connections = open(SqlComments.NAME);
    connections.useSession(
        ORDERS,
        _ -> {
          connections.useSession(c -> assertThat(sent(c, MINE)).endsWith("/*action='orders'*/"));
          connections.useSession(
              Access.readWrite().name("lines"),
              c -> assertThat(sent(c, MINE)).endsWith("/*action='lines'*/"));
          try (Connection joined = connections.joiningDataSource().getConnection()) {
            assertThat(sent(joined, MINE)).endsWith("/*action='orders'*/");
          }
        });
  }

  @Test
  void encodes_what_could_end_it() throws SQLException {
    var connections = open(SqlComments.NAME);
    connections.useSession(
        Access.readWrite().name("a b'*/; drop table ?"),
        c ->
            assertThat(prepared(c))
                .isEqualTo(MINE + " /*action='a%20b%27*%2F%3B%20drop%20table%20%3F'*/"));
  }

  @Test
  void stands_before_the_semicolon_and_beside_no_other_comment() throws SQLException {
    var connections = open(SqlComments.NAME);
    connections.useSession(
        ORDERS,
        c -> {
          assertThat(sent(c, MINE + " ; \n")).startsWith(MINE + " /*action='orders'*/");
          assertThat(sent(c, MINE + " /* mine */")).isEqualTo(MINE + " /* mine */");
          assertThat(sent(c, MINE + " -- mine")).isEqualTo(MINE + " -- mine");
        });
  }

  @Test
  void leaves_calls_keys_and_batches_as_they_work() throws SQLException {
    var connections = open(SqlComments.NAME);
    connections.useTransaction(
        ORDERS,
        c -> {
          Pools.run(c, "create temp table item (id serial, n int) on commit drop");
          try (CallableStatement call = c.prepareCall("{? = call abs(?)}")) {
            call.registerOutParameter(1, Types.INTEGER);
            call.setInt(2, -3);
            call.execute();
            assertThat(call.getInt(1)).isEqualTo(3);
          }
          String insert = "insert into item (n) values (?)";
          try (PreparedStatement keys =
              c.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
            keys.setInt(1, 7);
            assertThat(keys.executeUpdate()).isOne();
            assertThat(keys.getGeneratedKeys().next()).isTrue();
          }
          try (Statement batch = c.createStatement()) {
            batch.addBatch("insert into item (n) values (1)");
            batch.addBatch("insert into item (n) values (2)");
            assertThat(batch.executeBatch()).containsExactly(1, 1);
          }
        });
  }

  @Test
  void says_the_trace_of_each_statement_when_asked_to() throws SQLException {
    var connections = open(SqlComments.TRACE);
    connections.useSession(
        ORDERS,
        c -> {
          assertThat(sent(c, MINE)).isEqualTo(MINE + " /*action='orders'*/");
          trace.set(TRACE);
          assertThat(sent(c, MINE))
              .isEqualTo(MINE + " /*action='orders',traceparent='" + TRACE + "'*/");
        });
  }

  @Test
  void goes_without_a_trace_that_cannot_be_told() throws SQLException {
    ConnectionSettings usual = Pools.settings(database, 1);
    var broken =
        new ConnectionSettings(
                usual.postgres(),
                usual.pool().sqlComments(SqlComments.TRACE),
                usual.lanes(),
                usual.redis(),
                null)
            .traceParent(
                () -> {
                  throw new IllegalStateException("no tracer");
                });
    pools = Pools.open(broken);
    pools
        .manager()
        .useSession(ORDERS, c -> assertThat(sent(c, MINE)).endsWith("/*action='orders'*/"));
  }

  @Test
  void of_a_name_spares_the_statement_cache_and_of_a_trace_defeats_it() throws SQLException {
    assertThat(preparedOnes(open(SqlComments.NAME))).isOne();
    close();
    assertThat(preparedOnes(open(SqlComments.TRACE))).isZero();
  }

  private int preparedOnes(UnifiedConnectionManager connections) throws SQLException {
    for (int i = 0; i < 10; i++) {
      trace.set(TRACE.replace("4bf9", "000" + i));
      connections.useSession(ORDERS, c -> prepared(c));
    }
    return connections.withSession(
        c -> Pools.one(c, "select count(*) from pg_prepared_statements"));
  }
}
