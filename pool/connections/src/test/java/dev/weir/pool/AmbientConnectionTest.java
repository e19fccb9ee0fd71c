package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.pool.Access.Nesting;
import dev.weir.pool.SpringBeans.Service;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Sessions and Spring's transactions, the one in the other. One connection, another for
 * REQUIRES_NEW, and one for callbacks: Spring tells of the end before it gives a connection back.
 */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class AmbientConnectionTest {

  private final List<String> heard = new ArrayList<>();
  private Pools pools;
  private UnifiedConnectionManager connections;
  private SpringBeans beans;
  private Service spring;

  @BeforeAll
  void open(TestDatabase database) throws SQLException {
    var source = new AtomicReference<DataSource>();
    pools = Pools.open(Pools.settings(database, 3).ambient(new SpringTransactions(source::get)));
    connections = pools.manager();
    source.set(connections.dataSource());
    beans = new SpringBeans(connections.dataSource());
    spring = beans.service();
    connections.useSession(c -> Pools.run(c, "create table item (id int primary key)"));
  }

  @AfterAll
  void close() {
    beans.close();
    pools.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    connections.useSession(c -> Pools.run(c, "truncate item"));
    heard.clear();
  }

  @AfterEach
  void nothing_is_left() {
    assertThat(connections.snapshot().gate().inUse()).isZero();
    assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
  }

  private int count() throws SQLException {
    return connections.withSession(c -> Pools.one(c, "select count(*) from item"));
  }

  private static void insert(Connection c, int id) throws SQLException {
    Pools.run(c, "insert into item values (" + id + ")");
  }

  private static int pid(Connection c) throws SQLException {
    return Pools.one(c, "select pg_backend_pid()");
  }

  private int springsPid() throws SQLException {
    return pid(DataSourceUtils.getConnection(connections.dataSource()));
  }

  private int inUse() {
    return connections.snapshot().gate().inUse();
  }

  private void listen() {
    connections.current().afterCommit(() -> heard.add("committed, " + count()));
    connections.current().afterRollback(() -> heard.add("rolled back, " + count()));
  }

  @Nested
  class A_session_in_a_transaction_of_springs {

    @Test
    void uses_its_connection_and_commits_with_it() throws Exception {
      spring.required(
          () -> {
            int pid = springsPid();
            connections.useTransaction(
                c -> {
                  insert(c, 1);
                  assertThat(pid(c)).isEqualTo(pid);
                  assertThat(connections.current().isInTransaction()).isTrue();
                  assertThat(connections.current().lane()).isEqualTo("interactive");
                  listen();
                });
            connections.useSession(c -> assertThat(pid(c)).isEqualTo(pid));
            try (Connection joined = connections.joiningDataSource().getConnection()) {
              insert(joined, 2);
              assertThat(pid(joined)).isEqualTo(pid);
            }
            assertThat(inUse()).isOne();
            assertThat(heard).isEmpty();
          });
      assertThat(count()).isEqualTo(2);
      assertThat(heard).containsExactly("committed, 2");
    }

    @Test
    void is_rolled_back_with_it_and_hears_of_that_once() {
      assertThatThrownBy(
              () ->
                  spring.required(
                      () -> {
                        connections.useTransaction(
                            c -> {
                              insert(c, 1);
                              listen();
                            });
                        throw new IOException("mine");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(heard).containsExactly("rolled back, 0");
    }

    @Test
    void that_fails_makes_the_whole_roll_back_even_if_that_is_swallowed() throws Exception {
      assertThatThrownBy(
              () ->
                  spring.required(
                      () -> {
                        connections.useSession(c -> insert(c, 1));
                        assertThatThrownBy(
                                () ->
                                    connections.useTransaction(
                                        c -> {
                                          insert(c, 2);
                                          throw new IOException("inner");
                                        }))
                            .isInstanceOf(IOException.class);
                      }))
          .isInstanceOf(UnexpectedRollbackException.class);
      assertThat(count()).isZero();
    }

    @Test
    void that_is_a_savepoint_fails_alone() throws Exception {
      spring.required(
          () -> {
            connections.useSession(c -> insert(c, 1));
            assertThatThrownBy(
                    () ->
                        connections.useTransaction(
                            Access.readWrite().nesting(Nesting.SAVEPOINT),
                            c -> {
                              insert(c, 2);
                              listen();
                              connections.useTransaction(
                                  d -> {
                                    throw new IOException("inner");
                                  });
                            }))
                .isInstanceOf(IOException.class);
          });
      assertThat(count()).isOne();
      assertThat(heard).containsExactly("rolled back, 1");
    }

    @Test
    void is_not_tried_again_because_only_spring_could_try_the_whole() {
      var tries = new ArrayList<Integer>();
      assertThatThrownBy(
              () ->
                  spring.required(
                      () ->
                          connections.useTransaction(
                              c -> {
                                tries.add(connections.current().attempt());
                                Pools.run(
                                    c,
                                    "do $$ begin raise exception 'x' using errcode = '40001'; end"
                                        + " $$");
                              })))
          .isInstanceOf(SQLException.class);
      assertThat(tries).containsExactly(1);
    }

    @Test
    void is_refused_what_that_cannot_give() throws Exception {
      spring.readOnly(
          () -> {
            assertThatThrownBy(() -> connections.useSession(c -> insert(c, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("could not write");
            connections.useTransaction(Access.readOnly(), c -> Pools.one(c, "select 1"));
          });
      spring.required(
          () ->
              assertThatThrownBy(
                      () -> connections.useTransaction(Access.readWrite().serializable(), c -> {}))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("READ COMMITTED"));
      spring.serializable(
          () -> connections.useTransaction(Access.readWrite().serializable(), c -> insert(c, 1)));
      assertThat(count()).isOne();
    }

    @Test
    void is_over_with_it() throws Exception {
      var escaped = new AtomicReference<Session>();
      var lambdas = new AtomicReference<Connection>();
      spring.required(
          () -> {
            escaped.set(connections.current());
            connections.useSession(lambdas::set);
          });
      assertThatThrownBy(() -> escaped.get().isRollbackOnly())
          .isInstanceOf(IllegalStateException.class);
      assertThat(lambdas.get().isClosed()).isTrue();
      assertThatThrownBy(connections::current).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void follows_into_a_new_one_and_back() throws Exception {
      spring.required(
          () -> {
            int outer = springsPid();
            connections.useTransaction(
                c -> {
                  insert(c, 1);
                  spring.requiresNew(
                      () ->
                          connections.useTransaction(
                              d -> {
                                assertThat(pid(d)).isNotEqualTo(outer);
                                insert(d, 2);
                              }));
                  connections.useSession(d -> assertThat(pid(d)).isEqualTo(outer));
                });
            assertThat(inUse()).isOne();
          });
      assertThat(count()).isEqualTo(2);
    }
  }

  @Nested
  class A_transaction_of_springs_in_a_session {

    @Test
    void takes_part_in_the_transaction_of_the_session() throws Exception {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            spring.required(
                () -> {
                  assertThat(springsPid()).isEqualTo(pid(c));
                  insert(DataSourceUtils.getConnection(connections.dataSource()), 2);
                  connections.useTransaction(d -> insert(d, 3));
                  hearFromSpring();
                });
            assertThat(inUse()).isOne();
            assertThat(heard).containsExactly("beforeCommit is still to come");
          });
      assertThat(count()).isEqualTo(3);
      assertThat(heard)
          .containsExactly(
              "beforeCommit is still to come", "before commit", "after commit, 3", "completed 0");
    }

    private void hearFromSpring() {
      heard.add("beforeCommit is still to come");
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
              heard.add("before commit");
            }

            @Override
            public void afterCommit() {
              try {
                heard.add("after commit, " + count());
              } catch (SQLException failure) {
                throw new AssertionError(failure);
              }
            }

            @Override
            public void afterCompletion(int status) {
              heard.add("completed " + status);
            }
          });
    }

    @Test
    void that_fails_makes_the_whole_roll_back_even_if_that_is_swallowed() throws Exception {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        assertThatThrownBy(
                                () ->
                                    spring.required(
                                        () -> {
                                          hearFromSpring();
                                          throw new IOException("inner");
                                        }))
                            .isInstanceOf(IOException.class);
                      }))
          .isInstanceOf(RolledBackException.class);
      assertThat(count()).isZero();
      assertThat(heard).contains("completed 1").doesNotContain("after commit, 0");
    }

    @Test
    void that_is_nested_fails_alone() throws Exception {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            assertThatThrownBy(
                    () ->
                        spring.nested(
                            () -> {
                              connections.useSession(d -> insert(d, 2));
                              throw new IOException("inner");
                            }))
                .isInstanceOf(IOException.class);
          });
      assertThat(count()).isOne();
    }

    @Test
    void that_is_new_has_another_connection_and_outlives_a_rollback() throws Exception {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        int outer = pid(c);
                        spring.requiresNew(
                            () -> {
                              assertThat(springsPid()).isNotEqualTo(outer);
                              connections.useTransaction(
                                  d -> {
                                    assertThat(pid(d)).isNotEqualTo(outer);
                                    insert(d, 2);
                                    listen();
                                  });
                            });
                        assertThat(heard).containsExactly("committed, 1");
                        connections.useSession(d -> assertThat(pid(d)).isEqualTo(outer));
                        throw new IOException("outer");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(count()).isOne();
    }

    @Test
    void has_one_of_its_own_where_the_session_has_no_transaction() throws Exception {
      connections.useSession(
          c -> {
            int outer = pid(c);
            spring.required(
                () -> {
                  assertThat(springsPid()).isNotEqualTo(outer);
                  connections.useTransaction(d -> assertThat(pid(d)).isNotEqualTo(outer));
                });
            connections.useSession(d -> assertThat(pid(d)).isEqualTo(outer));
          });
    }
  }
}
