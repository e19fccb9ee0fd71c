package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** On a pool of one connection: whoever does not join waits for ever. */
class JoiningDataSourceTest extends WithItems {

  private DataSource joining;

  JoiningDataSourceTest() {
    super(1);
  }

  @BeforeAll
  void join() {
    joining = connections.joiningDataSource();
  }

  @Test
  void borrows_anew_outside_a_session() throws SQLException {
    try (Connection own = joining.getConnection()) {
      assertThat(inUse()).isOne();
      insert(own, 1);
    }
    assertThat(inUse()).isZero();
    assertThat(count()).isOne();
  }

  @Nested
  class In_a_transaction {

    @Test
    void gives_its_connection_and_takes_nothing_back() throws SQLException {
      connections.useTransaction(
          c -> {
            int pid = Pools.one(c, "select pg_backend_pid()");
            for (int i = 0; i < 3; i++) {
              try (Connection joined = joining.getConnection()) {
                assertThat(Pools.one(joined, "select pg_backend_pid()")).isEqualTo(pid);
                assertThat(joined.getAutoCommit()).isFalse();
                insert(joined, i);
              }
            }
            assertThat(inUse()).isOne();
            insert(c, 3);
          });
      assertThat(count()).isEqualTo(4);
    }

    @Test
    void commit_and_auto_commit_do_nothing() throws SQLException {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      _ -> {
                        try (Connection joined = joining.getConnection()) {
                          joined.setAutoCommit(false);
                          insert(joined, 1);
                          joined.commit();
                          joined.setAutoCommit(true);
                          assertThat(joined.getAutoCommit()).isFalse();
                        }
                        throw new IOException("mine");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(count()).isZero();
    }

    @Test
    void rollback_has_it_rolled_back_in_the_end_and_its_caller_told() throws SQLException {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        try (Connection joined = joining.getConnection()) {
                          joined.rollback();
                        }
                        assertThat(connections.current().isRollbackOnly()).isTrue();
                        assertThat(Pools.one(c, "select count(*) from item")).isOne();
                      }))
          .isInstanceOf(RolledBackException.class)
          .hasMessageContaining("rollback() was called in it")
          .hasMessageContaining("joining data source");
      assertThat(count()).isZero();
    }

    @Test
    void closes_what_was_left_open_when_it_ends() throws SQLException {
      var left = new AtomicReference<Connection>();
      connections.useTransaction(
          _ -> {
            Connection joined = joining.getConnection();
            insert(joined, 1);
            left.set(joined);
          });
      assertThat(left.get().isClosed()).isTrue();
      assertThatThrownBy(() -> insert(left.get(), 2))
          .isInstanceOfSatisfying(
              SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("08003"));
      left.get().close();
      assertThat(count()).isOne();
      assertThat(inUse()).isZero();
    }

    @Test
    void its_statements_lead_back_to_it() throws SQLException {
      connections.useTransaction(
          _ -> {
            Connection joined = joining.getConnection();
            try (var statement = joined.createStatement()) {
              assertThat(statement.getConnection()).isSameAs(joined);
              joined.close();
              assertThat(statement.isClosed()).isTrue();
            }
          });
    }
  }

  @Nested
  class In_a_plain_session {

    @Test
    void a_framework_may_begin_and_end_transactions_of_its_own() throws SQLException {
      connections.useSession(
          c -> {
            try (Connection joined = joining.getConnection()) {
              joined.setAutoCommit(false);
              insert(joined, 1);
              joined.commit();
              insert(joined, 2);
              joined.rollback();
              joined.setAutoCommit(true);
            }
            assertThat(Pools.one(c, "select count(*) from item")).isOne();
          });
    }

    @Test
    void what_it_leaves_open_is_rolled_back_at_its_close() throws SQLException {
      connections.useSession(
          c -> {
            try (Connection joined = joining.getConnection()) {
              joined.setAutoCommit(false);
              insert(joined, 1);
            }
            assertThat(c.getAutoCommit()).isTrue();
            insert(c, 2);
          });
      assertThat(count()).isOne();
    }

    @Test
    void it_does_not_end_what_was_begun_by_hand() throws SQLException {
      connections.useSession(
          c -> {
            c.setAutoCommit(false);
            insert(c, 1);
            try (Connection joined = joining.getConnection()) {
              joined.commit();
              assertThatThrownBy(joined::rollback)
                  .isInstanceOfSatisfying(
                      SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("2D000"))
                  .hasMessageContaining("begun by setAutoCommit(false)");
            }
            c.rollback();
          });
      assertThat(count()).isZero();
    }
  }

  @Nested
  class Of_one_session {

    @Test
    void leads_into_it_and_nowhere_after_it() throws SQLException {
      var escaped = new AtomicReference<DataSource>();
      connections.useTransaction(
          c -> {
            DataSource own = connections.current().dataSource();
            escaped.set(own);
            try (Connection joined = own.getConnection()) {
              insert(joined, 1);
            }
          });
      assertThat(count()).isOne();
      assertThatThrownBy(() -> escaped.get().getConnection())
          .isInstanceOfSatisfying(
              SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("08003"))
          .hasMessageContaining("The session is over");
    }
  }

  @Nested
  class With_jooq {

    @Test
    void what_it_does_is_part_of_the_transaction() throws SQLException {
      var jooq = DSL.using(joining, SQLDialect.POSTGRES);
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        jooq.execute("insert into item values (2)");
                        jooq.transaction(
                            inner -> inner.dsl().execute("insert into item values (3)"));
                        assertThat(jooq.fetchCount(DSL.table("item"))).isEqualTo(3);
                        throw new IOException("mine");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(count()).isZero();
      connections.useTransaction(_ -> jooq.execute("insert into item values (4)"));
      assertThat(jooq.fetchCount(DSL.table("item"))).isOne();
    }

    @Test
    void its_own_rollback_is_heard_outside() throws SQLException {
      var jooq = DSL.using(joining, SQLDialect.POSTGRES);
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        assertThatThrownBy(
                                () ->
                                    jooq.transaction(
                                        _ -> {
                                          throw new IllegalStateException("jOOQ's user");
                                        }))
                            .isInstanceOf(IllegalStateException.class);
                      }))
          .isInstanceOf(RolledBackException.class);
      assertThat(count()).isZero();
    }
  }

  @Nested
  class With_spring {

    @Test
    void its_client_is_part_of_the_transaction() throws SQLException {
      var client = JdbcClient.create(joining);
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        client.sql("insert into item values (?)").param(2).update();
                        assertThat(
                                client
                                    .sql("select count(*) from item")
                                    .query(Integer.class)
                                    .single())
                            .isEqualTo(2);
                        throw new IOException("mine");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(count()).isZero();
    }

    @Test
    void its_transactions_join_and_roll_the_whole_back() throws SQLException {
      var template = new TransactionTemplate(new DataSourceTransactionManager(joining));
      var client = JdbcClient.create(joining);
      connections.useTransaction(
          c -> {
            insert(c, 1);
            template.executeWithoutResult(_ -> client.sql("insert into item values (2)").update());
          });
      assertThat(count()).isEqualTo(2);
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 3);
                        template.executeWithoutResult(status -> status.setRollbackOnly());
                      }))
          .isInstanceOf(RolledBackException.class);
      assertThat(count()).isEqualTo(2);
    }

    @Test
    void its_transactions_outside_a_session_are_its_own() throws SQLException {
      var template = new TransactionTemplate(new DataSourceTransactionManager(joining));
      var client = JdbcClient.create(joining);
      template.executeWithoutResult(
          status -> {
            client.sql("insert into item values (1)").update();
            status.setRollbackOnly();
          });
      assertThat(count()).isZero();
      assertThat(inUse()).isZero();
    }
  }
}
