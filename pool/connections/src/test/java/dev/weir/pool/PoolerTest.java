package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.config.LaneConfig.Guards;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What is different behind PgBouncer in transaction mode, beside what the inherited tests show. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class PoolerTest {

  private static final Access WATCHED = Access.readWrite().lane("watched");

  private Pools pools;
  private UnifiedConnectionManager connections;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    ConnectionSettings usual = Pools.settings(database, 4);
    var lanes = new HashMap<>(usual.lanes());
    lanes.put(
        "watched",
        LaneConfig.open()
            .guards(
                new Guards(
                    Duration.ofMillis(2_150), Duration.ofMillis(70), Duration.ofSeconds(5))));
    pools =
        Pools.open(
            Pools.throughPgBouncer(
                database,
                new ConnectionSettings(
                    usual.postgres(), usual.pool(), lanes, usual.redis(), null)));
    connections = pools.manager();
    connections.useSession(c -> Pools.run(c, "create table item (id int primary key)"));
  }

  @AfterAll
  void close() {
    pools.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    connections.useSession(c -> Pools.run(c, "truncate item"));
  }

  private static String show(Connection connection, String setting) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("show " + setting)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static List<String> guards(Connection c) throws SQLException {
    return List.of(
        show(c, "statement_timeout"),
        show(c, "lock_timeout"),
        show(c, "idle_in_transaction_session_timeout"));
  }

  @Test
  void guards_hold_inside_a_transaction_and_reach_nobody_after_it() throws SQLException {
    assertThat(connections.<List<String>, SQLException>inTransaction(WATCHED, PoolerTest::guards))
        .containsExactly("2150ms", "70ms", "5s");
    assertThat(connections.<List<String>, SQLException>withSession(WATCHED, PoolerTest::guards))
        .containsExactly("0", "0", "0");
    assertThat(connections.<List<String>, SQLException>inTransaction(PoolerTest::guards))
        .containsExactly("0", "0", "0");
  }

  @Test
  void guards_hold_in_the_transactions_of_a_framework_too() throws SQLException {
    try (Connection c = connections.dataSource(WATCHED).getConnection()) {
      c.setAutoCommit(false);
      for (int i = 0; i < 2; i++) {
        assertThat(guards(c)).containsExactly("2150ms", "70ms", "5s");
        c.commit();
      }
      c.setAutoCommit(true);
      assertThat(guards(c)).containsExactly("0", "0", "0");
    }
  }

  @Test
  void a_framework_may_ask_for_an_isolation_which_reaches_nobody_else() throws SQLException {
    try (Connection c = connections.dataSource().getConnection()) {
      c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      c.setAutoCommit(false);
      assertThat(show(c, "transaction_isolation")).isEqualTo("serializable");
      assertThatThrownBy(() -> c.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED))
          .isInstanceOfSatisfying(
              SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25001"));
      c.commit();
    }
    String usual = connections.inTransaction(c -> show(c, "transaction_isolation"));
    assertThat(usual).isEqualTo("read committed");
    String asked =
        connections.inTransaction(
            Access.readWrite().repeatableRead(), c -> show(c, "transaction_isolation"));
    assertThat(asked).isEqualTo("repeatable read");
  }

  @Test
  void a_read_only_session_is_a_read_only_transaction() throws SQLException {
    connections.useSession(
        Access.readOnly(),
        c -> {
          assertThat(connections.current().isInTransaction()).isTrue();
          assertThat(show(c, "transaction_read_only")).isEqualTo("on");
        });
    String after = connections.withSession(c -> show(c, "transaction_read_only"));
    assertThat(after).isEqualTo("off");
  }

  @Test
  void nothing_is_prepared_however_often_it_is_executed() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> sums =
          IntStream.range(0, 200).mapToObj(i -> threads.submit(() -> sum(i))).toList();
      for (int i = 0; i < sums.size(); i++) {
        assertThat(sums.get(i).get()).isEqualTo(i + 1);
      }
    }
    assertThat(connections.snapshot().statements().line()).contains("prepareThreshold 0");
  }

  private int sum(int number) throws SQLException {
    return connections.withSession(
        c -> {
          try (PreparedStatement add = c.prepareStatement("select ? + 1")) {
            int sum = 0;
            for (int i = 0; i < 7; i++) {
              add.setInt(1, number);
              var rows = add.executeQuery();
              rows.next();
              sum = rows.getInt(1);
            }
            return sum;
          }
        });
  }

  @Test
  void a_resolvable_transaction_knows_the_process_that_runs_it() throws SQLException {
    connections.useTransaction(
        Access.readWrite().resolvable(),
        c -> {
          Pools.run(c, "insert into item values (1)");
          assertThat(show(c, "transaction_isolation")).isEqualTo("read committed");
        });
    assertThat(connections.<Integer, SQLException>withSession(PoolerTest::count)).isOne();
  }

  private static int count(Connection c) throws SQLException {
    return Pools.one(c, "select count(*) from item");
  }

  @Test
  void a_statement_whose_time_is_over_is_cancelled_through_it_and_the_connection_kept()
      throws SQLException {
    connections.useSession(
        c -> {
          assertThatThrownBy(
                  () ->
                      connections.useSession(
                          Access.readWrite().deadline(Duration.ofMillis(200)),
                          d -> Pools.run(d, "select pg_sleep(30)")))
              .isInstanceOf(SQLTimeoutException.class);
          assertThat(Pools.one(c, "select 1")).isOne();
        });
  }

  @Test
  void what_cannot_work_is_refused_with_the_reason() throws SQLException {
    assertThatThrownBy(connections::signals)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("behind a pooler in transaction mode");
    try (Connection c = connections.dataSource().getConnection()) {
      assertThatThrownBy(() -> c.setSchema("other"))
          .isInstanceOf(SQLFeatureNotSupportedException.class)
          .hasMessageContaining("ALTER ROLE");
    }
  }

  @Test
  void what_fails_is_rolled_back_on_the_process_that_it_had() throws SQLException {
    assertThatThrownBy(
            () ->
                connections.useTransaction(
                    c -> {
                      Pools.run(c, "insert into item values (1)");
                      throw new IOException("mine");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(connections.<Integer, SQLException>withSession(PoolerTest::count)).isZero();
  }
}
