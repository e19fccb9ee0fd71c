package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.gate.Deadline;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class CurrentSessionTest {

  private Pools pools;
  private UnifiedConnectionManager connections;
  private Pools others;

  @BeforeAll
  void open(TestDatabase database) {
    pools = pools(database, 1);
    connections = pools.manager();
    others = pools(database, 1);
  }

  /** How the same is done over another way to the server, for those who inherit this. */
  Pools pools(TestDatabase database, int max) {
    return Pools.open(database, max);
  }

  /** Whether a connection has a server process to itself, also between transactions. */
  boolean keepsItsProcess() {
    return true;
  }

  @AfterAll
  void close() {
    pools.close();
    others.close();
  }

  /** What the call threw on a thread of its own. */
  private static Throwable thrownElsewhere(ThrowingCallable call) {
    var thrown = new AtomicReference<Throwable>(new AssertionError("it threw nothing"));
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    call.call();
                  } catch (Throwable failure) {
                    thrown.set(failure);
                  }
                });
    try {
      thread.join();
    } catch (InterruptedException unexpected) {
      throw new AssertionError(unexpected);
    }
    return thrown.get();
  }

  @Test
  void outside_a_session_there_is_none_and_the_error_says_where_there_is() {
    assertThatThrownBy(connections::current)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("There is no session here")
        .hasMessageContaining("inTransaction");
  }

  @Test
  void says_how_its_session_was_asked_for() {
    var access =
        Access.readOnly().lane("batch").name("nightly report").deadline(Duration.ofSeconds(20));
    connections.useSession(
        access,
        _ -> {
          Session session = connections.current();
          assertThat(session.name()).contains("nightly report");
          assertThat(session.lane()).isEqualTo("batch");
          assertThat(session.isReadOnly()).isTrue();
          assertThat(session.isInTransaction()).isEqualTo(!keepsItsProcess());
          assertThat(session.attempt()).isOne();
          assertThat(session.deadline().remaining())
              .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
          assertThat(session).hasToString("the read-only session 'nightly report'");
        });
    connections.useTransaction(
        _ -> {
          assertThat(connections.current().isInTransaction()).isTrue();
          assertThat(connections.current().isReadOnly()).isFalse();
          assertThat(connections.current().name()).isEmpty();
          assertThat(connections.current().deadline()).isSameAs(Deadline.NONE);
        });
  }

  @Test
  void is_the_innermost_one_and_the_outer_one_again_after_it() {
    connections.useSession(
        Access.readWrite().name("outer"),
        _ -> {
          Session outer = connections.current();
          connections.useTransaction(
              Access.readWrite().name("inner").lane("batch"),
              _ -> {
                assertThat(connections.current().name()).contains("inner");
                assertThat(connections.current().lane()).isEqualTo(Access.DEFAULT_LANE);
              });
          assertThat(connections.current()).isSameAs(outer);
        });
    assertThatThrownBy(connections::current).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void is_that_of_its_own_manager() {
    connections.useSession(
        Access.readWrite().name("one"),
        _ -> {
          assertThatThrownBy(others.manager()::current).isInstanceOf(IllegalStateException.class);
          others
              .manager()
              .useSession(
                  Access.readWrite().name("two"),
                  _ -> {
                    assertThat(others.manager().current().name()).contains("two");
                    assertThat(connections.current().name()).contains("one");
                  });
        });
  }

  @Test
  void of_a_lane_that_only_reads_is_read_only_whatever_was_asked_for(TestDatabase database) {
    var settings = Pools.settings(database, 1);
    var lanes = new HashMap<>(settings.lanes());
    lanes.put("batch", LaneConfig.open().readOnly(true));
    try (var reading =
        Pools.open(
            new ConnectionSettings(
                settings.postgres(), settings.pool(), lanes, settings.redis(), null))) {
      reading
          .manager()
          .useTransaction(
              Access.readWrite().lane("batch"),
              c -> {
                assertThat(reading.manager().current().isReadOnly()).isTrue();
                assertThatThrownBy(() -> Pools.run(c, "create table no (id int)"))
                    .isInstanceOfSatisfying(
                        SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25006"));
                reading.manager().current().rollbackOnly();
              });
    }
  }

  @Nested
  class After_its_lambda {

    @Test
    void the_session_answers_nothing_but_that_it_is_over() {
      Session escaped =
          connections.inTransaction(Access.readWrite().name("gone"), _ -> connections.current());
      for (ThrowingCallable call :
          new ThrowingCallable[] {
            escaped::name,
            escaped::lane,
            escaped::isReadOnly,
            escaped::isInTransaction,
            escaped::attempt,
            escaped::deadline,
            escaped::rollbackOnly,
            escaped::isRollbackOnly,
            escaped::dataSource,
            () -> escaped.afterCommit(() -> {}),
            () -> escaped.afterRollback(() -> {})
          }) {
        assertThatThrownBy(call)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("'gone' is over: its lambda has returned");
      }
      assertThat(escaped).hasToString("the read-write session 'gone', which is over");
    }

    @Test
    void an_inner_session_is_over_while_the_outer_one_goes_on() {
      connections.useSession(
          c -> {
            Session inner = connections.withSession(_ -> connections.current());
            assertThatThrownBy(inner::attempt).hasMessageContaining("is over");
            assertThat(connections.current().attempt()).isOne();
          });
    }

    @Test
    void an_inner_connection_is_closed_while_the_outer_one_goes_on() throws SQLException {
      connections.useSession(
          c -> {
            Connection inner = connections.withSession(escaping -> escaping);
            assertThat(inner.isClosed()).isTrue();
            assertThatThrownBy(() -> Pools.one(inner, "select 1"))
                .isInstanceOfSatisfying(
                    SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("08003"));
            assertThat(Pools.one(c, "select 1")).isOne();
          });
    }

    @Test
    void of_an_outer_connection_nothing_is_left_when_an_inner_one_was_aborted(TestDatabase database)
        throws SQLException {
      var settings = Pools.settings(database, 1).override(database.dataSource());
      try (var foreign = Pools.open(settings)) {
        foreign
            .manager()
            .useSession(
                c -> {
                  foreign.manager().useSession(inner -> inner.abort(Runnable::run));
                  try (Connection next = foreign.manager().dataSource().getConnection()) {
                    assertThat(c.isClosed()).isTrue();
                    assertThatThrownBy(() -> Pools.one(c, "select 1"))
                        .isInstanceOfSatisfying(
                            SQLException.class,
                            no -> assertThat(no.getSQLState()).isEqualTo("08003"));
                    assertThat(Pools.one(next, "select 1")).isOne();
                  }
                });
      }
    }

    @Test
    void its_statements_and_rows_are_closed_too() throws SQLException {
      var statement = new AtomicReference<Statement>();
      var rows = new AtomicReference<ResultSet>();
      connections.useSession(
          c -> {
            statement.set(c.createStatement());
            rows.set(statement.get().executeQuery("select generate_series(1, 9)"));
          });
      assertThat(statement.get().isClosed()).isTrue();
      assertThat(rows.get().isClosed()).isTrue();
      assertThatThrownBy(() -> rows.get().next()).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.get().executeQuery("select 1"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Nested
  class On_a_second_thread {

    @Test
    void the_session_is_refused_with_both_threads_named() {
      connections.useSession(
          Access.readWrite().name("mine"),
          _ -> {
            Session session = connections.current();
            assertThat(thrownElsewhere(session::attempt))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'mine' belongs to")
                .hasMessageContaining(Thread.currentThread().toString())
                .hasMessageContaining("give each thread a session of its own");
          });
    }

    @Test
    void the_connection_and_what_comes_of_it_is_refused() throws SQLException {
      connections.useSession(
          c -> {
            try (PreparedStatement prepared = c.prepareStatement("select 1");
                ResultSet rows = prepared.executeQuery()) {
              for (ThrowingCallable call :
                  new ThrowingCallable[] {
                    c::createStatement,
                    () -> c.prepareStatement("select 1"),
                    c::getMetaData,
                    c::commit,
                    () -> c.setAutoCommit(false),
                    c::close,
                    prepared::executeQuery,
                    rows::next
                  }) {
                assertThat(thrownElsewhere(call))
                    .isInstanceOfSatisfying(
                        SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("55006"))
                    .hasMessageContaining("belongs to the session of");
              }
            }
            assertThat(Pools.one(c, "select 1")).isOne();
          });
    }

    @Test
    void cancel_is_allowed_as_jdbc_has_it() throws SQLException {
      connections.useSession(
          c -> {
            try (Statement sleeping = c.createStatement()) {
              int pid = Pools.one(c, "select pg_backend_pid()");
              Thread.ofVirtual()
                  .start(
                      () -> {
                        try {
                          Await.until(
                              Duration.ofSeconds(20), "the statement runs", () -> isActive(pid));
                          sleeping.cancel();
                        } catch (SQLException unexpected) {
                          throw new AssertionError(unexpected);
                        }
                      });
              assertThatThrownBy(() -> sleeping.execute("select pg_sleep(60)"))
                  .isInstanceOfSatisfying(
                      SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("57014"));
            }
          });
    }

    private boolean isActive(int pid) {
      try {
        return others
            .manager()
            .withSession(
                c ->
                    Pools.one(
                            c,
                            "select count(*) from pg_stat_activity where state = 'active' and pid = "
                                + pid)
                        == 1);
      } catch (SQLException unexpected) {
        throw new AssertionError(unexpected);
      }
    }

    @Test
    void a_session_of_its_own_borrows_anew() throws SQLException {
      others
          .manager()
          .useSession(
              Access.readWrite().lane("admin"),
              c -> {
                int mine = Pools.one(c, "select pg_backend_pid()");
                var theirs = new AtomicReference<Integer>();
                Thread second =
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try {
                                theirs.set(
                                    others
                                        .manager()
                                        .withSession(d -> Pools.one(d, "select pg_backend_pid()")));
                              } catch (SQLException unexpected) {
                                throw new AssertionError(unexpected);
                              }
                            });
                try {
                  second.join();
                } catch (InterruptedException unexpected) {
                  throw new AssertionError(unexpected);
                }
                assertThat(theirs.get()).isNotNull();
                if (keepsItsProcess()) {
                  assertThat(theirs.get()).isNotEqualTo(mine);
                }
              });
    }
  }
}
