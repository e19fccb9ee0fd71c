package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table changes while sockets have statements on it prepared. */
@RealServers
@Tag("faults")
class TableChangeTest {

  private static final String ADD = "alter table item add column c%d int default 7";
  private static final String RETYPE = "alter table item alter column id type bigint";
  private static final String ANEW =
      "drop table item; create table item (id bigint, other text); insert into item values (1)";
  private static final int SOCKETS = 6;
  private static final String PREPARED =
      "select count(*) from pg_prepared_statements where statement = 'select * from item'";

  private final TestDatabase database;
  private final List<Integer> tries = new ArrayList<>();
  private Pools pools;
  private UnifiedConnectionManager connections;

  TableChangeTest(TestDatabase database) {
    this.database = database;
    this.pools = Pools.open(database, 1);
    this.connections = pools.manager();
  }

  @BeforeEach
  void table() throws SQLException {
    elsewhere("drop table if exists item; create table item (id int); insert into item values (1)");
  }

  @AfterEach
  void close() {
    pools.close();
  }

  /** On a connection that Weir does not know. */
  private void elsewhere(String sql) throws SQLException {
    try (Connection other =
        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
      Pools.run(other, sql);
    }
  }

  private static int columns(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("select * from item");
        ResultSet rows = statement.executeQuery()) {
      assertThat(rows.next()).isTrue();
      return rows.getMetaData().getColumnCount();
    }
  }

  private static void prepare(Connection connection) throws SQLException {
    for (int i = 0; i < 6; i++) {
      columns(connection);
    }
    assertThat(Pools.one(connection, PREPARED)).isOne();
  }

  private static void assertChanged(SQLException failure) {
    assertThat(failure.getSQLState()).isEqualTo("0A000");
    assertThat(failure.getMessage()).contains("cached plan must not change result type");
  }

  @Nested
  class A_statement_that_commits_by_itself {

    @ParameterizedTest
    @ValueSource(strings = {ADD, RETYPE, ANEW, "select 1"})
    void is_prepared_anew_unseen(String change) throws SQLException {
      connections.useSession(TableChangeTest::prepare);
      elsewhere(change.formatted(1));
      int columns = connections.withSession(TableChangeTest::columns);
      assertThat(columns).isEqualTo(change.equals(ADD) || change.equals(ANEW) ? 2 : 1);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"deallocate all", "discard all", "do $$ begin execute 'deallocate all'; end $$"})
    void survives_that_somebody_deallocates_it(String how) throws SQLException {
      connections.useSession(
          c -> {
            prepare(c);
            Pools.run(c, how);
            assertThat(columns(c)).isOne();
          });
    }
  }

  @Nested
  class A_transaction {

    private int columnsInTransaction(Access access) throws SQLException {
      return connections.inTransaction(
          access,
          c -> {
            tries.add(connections.current().attempt());
            Pools.run(c, "insert into item values (2)");
            return columns(c);
          });
    }

    @ParameterizedTest
    @ValueSource(strings = {ADD, RETYPE, ANEW})
    void is_tried_again_as_a_whole(String change) throws SQLException {
      connections.useSession(TableChangeTest::prepare);
      elsewhere(change.formatted(1));
      assertThat(columnsInTransaction(Access.readWrite())).isEqualTo(change.equals(RETYPE) ? 1 : 2);
      assertThat(tries).containsExactly(1, 2);
      int rows = connections.withSession(c -> Pools.one(c, "select count(*) from item"));
      assertThat(rows).as("the first try left nothing").isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "always", "conservative"})
    void is_healed_whatever_the_driver_saves_by_itself(String autosave) throws SQLException {
      pools.close();
      ConnectionSettings usual = Pools.settings(database, 1);
      String url = database.jdbcUrl() + (database.jdbcUrl().contains("?") ? "&" : "?");
      pools =
          Pools.open(
              new ConnectionSettings(
                  usual.postgres().url(url + "autosave=" + autosave),
                  usual.pool(),
                  usual.lanes(),
                  usual.redis(),
                  null));
      connections = pools.manager();
      connections.useSession(TableChangeTest::prepare);
      elsewhere(ADD.formatted(1));
      assertThat(columnsInTransaction(Access.readWrite())).isEqualTo(2);
      assertThat(tries).hasSize(autosave.equals("never") ? 2 : 1);
    }

    @Test
    void is_tried_again_after_a_function_has_deallocated_its_statement() throws SQLException {
      connections.useSession(
          c -> {
            prepare(c);
            Pools.run(
                c,
                "do $$ begin execute 'prepare mine as select 1'; execute 'deallocate all'; end $$");
          });
      assertThat(columnsInTransaction(Access.readWrite())).isOne();
      assertThat(tries).containsExactly(1, 2);
    }

    @Test
    void that_may_run_but_once_gets_the_servers_own_words() throws SQLException {
      connections.useSession(TableChangeTest::prepare);
      elsewhere(ADD.formatted(1));
      assertThatThrownBy(() -> columnsInTransaction(Access.readWrite().attempts(1)))
          .isInstanceOfSatisfying(SQLException.class, TableChangeTest::assertChanged);
      assertThat(columnsInTransaction(Access.readWrite().attempts(1))).isEqualTo(2);
    }

    @Test
    void may_change_the_table_under_its_own_statement() throws SQLException {
      connections.useTransaction(
          c -> {
            tries.add(connections.current().attempt());
            prepare(c);
            Pools.run(c, ADD.formatted(1));
            assertThat(columns(c)).isEqualTo(2);
          });
      assertThat(tries).containsExactly(1);
    }
  }

  @Nested
  class A_transaction_that_is_run_by_hand {

    private void byHand(Connection c) throws SQLException {
      c.setAutoCommit(false);
      columns(c);
    }

    @Test
    void gets_the_servers_own_words_once() throws SQLException {
      connections.useSession(TableChangeTest::prepare);
      elsewhere(ADD.formatted(1));
      assertThatThrownBy(() -> connections.useSession(this::byHand))
          .isInstanceOfSatisfying(SQLException.class, TableChangeTest::assertChanged);
      connections.useSession(this::byHand);
    }
  }

  @Nested
  class Many_sockets {

    private void onAllAtOnce(VoidWork<SQLException> work) throws Exception {
      var all = new CountDownLatch(SOCKETS);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var running = new ArrayList<Future<?>>();
        for (int i = 0; i < SOCKETS; i++) {
          running.add(
              threads.submit(
                  () -> {
                    connections.useSession(
                        c -> {
                          all.countDown();
                          await(all);
                          work.use(c);
                        });
                    return true;
                  }));
        }
        for (Future<?> each : running) {
          each.get();
        }
      }
    }

    private static void await(CountDownLatch all) throws SQLException {
      try {
        all.await();
      } catch (InterruptedException interrupted) {
        throw new SQLException(interrupted);
      }
    }

    @Test
    void are_healed_by_the_first_that_meets_the_change() throws Exception {
      pools.close();
      pools = Pools.open(database, SOCKETS);
      connections = pools.manager();
      onAllAtOnce(TableChangeTest::prepare);
      elsewhere(ADD.formatted(1));
      assertThatThrownBy(
              () ->
                  connections.useSession(
                      c -> {
                        c.setAutoCommit(false);
                        columns(c);
                      }))
          .isInstanceOfSatisfying(SQLException.class, TableChangeTest::assertChanged);
      onAllAtOnce(
          c -> {
            assertThat(Pools.one(c, PREPARED)).isZero();
            c.setAutoCommit(false);
            assertThat(columns(c)).isEqualTo(2);
          });
    }

    @Test
    void serve_transactions_on_without_an_error_while_the_table_keeps_changing() throws Exception {
      pools.close();
      pools = Pools.open(database, SOCKETS);
      connections = pools.manager();
      onAllAtOnce(TableChangeTest::prepare);
      var more = new AtomicInteger();
      var ready = new CountDownLatch(1);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var running = new ArrayList<Future<Integer>>();
        for (int i = 0; i < 2 * SOCKETS; i++) {
          running.add(
              threads.submit(
                  () -> {
                    int done = 0;
                    while (more.get() < 5 || done < 20) {
                      int columns = connections.inTransaction(TableChangeTest::columns);
                      assertThat(columns).isPositive();
                      done++;
                      ready.countDown();
                    }
                    return done;
                  }));
        }
        ready.await();
        for (int change = 1; change <= 5; change++) {
          elsewhere(ADD.formatted(change));
          more.set(change);
        }
        for (Future<Integer> each : running) {
          assertThat(each.get()).isGreaterThanOrEqualTo(20);
        }
      }
      assertThat(connections.snapshot().gate().inUse()).isZero();
    }
  }
}
