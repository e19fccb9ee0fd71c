package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import dev.weir.tasks.spi.CommitHook;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CallbackTest extends WithItems {

  private final List<String> heard = new ArrayList<>();

  CallbackTest() {
    super(1);
  }

  @BeforeEach
  void forget() {
    heard.clear();
  }

  private void listen(String name) {
    connections.current().afterCommit(() -> heard.add(name + " committed"));
    connections.current().afterRollback(() -> heard.add(name + " rolled back"));
  }

  @Test
  void run_in_order_once_the_transaction_has_committed() {
    String result =
        connections.inTransaction(
            _ -> {
              listen("one");
              listen("two");
              assertThat(heard).isEmpty();
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(heard).containsExactly("one committed", "two committed");
  }

  @Test
  void of_the_other_kind_run_when_it_was_rolled_back() {
    var own = new IOException("mine");
    assertThatThrownBy(
            () ->
                connections.useTransaction(
                    _ -> {
                      listen("one");
                      throw own;
                    }))
        .isSameAs(own);
    assertThat(heard).containsExactly("one rolled back");
  }

  @Test
  void run_outside_the_connection_and_may_have_sessions_of_their_own() throws SQLException {
    connections.useTransaction(
        c -> {
          Pools.run(c, "insert into item values (1)");
          connections
              .current()
              .afterCommit(
                  () -> {
                    assertThat(inUse()).isZero();
                    assertThatThrownBy(connections::current)
                        .isInstanceOf(IllegalStateException.class);
                    int seen =
                        connections.inTransaction(
                            d -> {
                              connections.current().afterCommit(() -> heard.add("inner"));
                              return Pools.one(d, "select count(*) from item where id = 1");
                            });
                    heard.add("saw " + seen);
                  });
        });
    assertThat(heard).containsExactly("inner", "saw 1");
  }

  @Test
  void of_a_transaction_inside_a_plain_session_wait_for_its_end() {
    assertThatThrownBy(
            () ->
                connections.useSession(
                    _ -> {
                      connections.useTransaction(_ -> listen("inner"));
                      assertThat(heard).isEmpty();
                      throw new IOException("later");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(heard).containsExactly("inner committed");
  }

  @Test
  void of_joined_sessions_wait_for_the_whole() {
    connections.useTransaction(
        _ -> {
          listen("outer");
          connections.useTransaction(_ -> listen("inner"));
          connections.useSession(_ -> listen("plain"));
          assertThat(heard).isEmpty();
        });
    assertThat(heard).containsExactly("outer committed", "inner committed", "plain committed");
  }

  @Test
  void of_a_savepoint_that_is_undone_run_as_rolled_back_though_the_rest_commits() {
    var savepoint = Access.readWrite().nesting(Access.Nesting.SAVEPOINT);
    connections.useTransaction(
        _ -> {
          listen("before");
          assertThatThrownBy(
                  () ->
                      connections.useTransaction(
                          savepoint,
                          _ -> {
                            listen("undone");
                            throw new IOException("mine");
                          }))
              .isInstanceOf(IOException.class);
          connections.useTransaction(savepoint, _ -> listen("kept"));
        });
    assertThat(heard)
        .containsExactlyInAnyOrder("before committed", "undone rolled back", "kept committed");
  }

  @Test
  void hear_of_a_rollback_that_the_caller_only_hears_of_by_an_exception() {
    assertThatThrownBy(
            () ->
                connections.useTransaction(
                    c -> {
                      listen("late");
                      Pools.run(c, "insert into item values (2, 77)");
                    }))
        .isInstanceOf(CommitFailedException.class);
    connections.useTransaction(
        _ -> {
          listen("given up");
          connections.current().rollbackOnly();
        });
    assertThat(heard).containsExactly("late rolled back", "given up rolled back");
  }

  @Test
  void number_a_hundred_thousand_and_more() {
    var count = new AtomicInteger();
    connections.useTransaction(
        _ -> {
          for (int i = 0; i < 100_000; i++) {
            int expected = i;
            connections
                .current()
                .afterCommit(
                    () -> {
                      if (count.get() == expected) {
                        count.incrementAndGet();
                      }
                    });
          }
        });
    assertThat(count).as("each in its turn").hasValue(100_000);
  }

  @Test
  @SuppressWarnings("NullAway") // null is what is tested
  void are_refused_without_a_transaction_and_when_there_is_none() {
    connections.useSession(
        _ -> {
          Session plain = connections.current();
          assertThatThrownBy(() -> plain.afterCommit(() -> {}))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("use inTransaction");
          assertThatThrownBy(() -> plain.afterRollback(() -> {}))
              .isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(() -> plain.afterCommit(null))
              .isInstanceOf(NullPointerException.class)
              .hasMessage("callback");
        });
  }

  @Nested
  class Asked_for_by_a_commit_hook {

    @Test
    void run_like_the_others_from_whatever_connection_of_the_session() throws SQLException {
      connections.useTransaction(
          c -> {
            listen("session");
            assertThat(c.isWrapperFor(CommitHook.class)).isTrue();
            c.unwrap(CommitHook.class).afterCommit(() -> heard.add("lambda"));
            try (Connection joined = connections.joiningDataSource().getConnection()) {
              joined.unwrap(CommitHook.class).afterCommit(() -> heard.add("joined"));
            }
            assertThat(heard).isEmpty();
          });
      assertThat(heard).containsExactly("session committed", "lambda", "joined");
    }

    @Test
    void do_not_run_after_a_rollback() throws SQLException {
      connections.useTransaction(
          c -> {
            c.unwrap(CommitHook.class).afterCommit(() -> heard.add("never"));
            connections.current().rollbackOnly();
          });
      assertThat(heard).isEmpty();
    }

    @Test
    void need_a_transaction_that_is_under_way() throws SQLException {
      connections.useSession(
          c -> {
            assertThat(c.isWrapperFor(CommitHook.class)).isFalse();
            assertThatThrownBy(() -> c.unwrap(CommitHook.class))
                .isInstanceOfSatisfying(
                    SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25P01"));
            CommitHook late = connections.inTransaction(d -> d.unwrap(CommitHook.class));
            assertThatThrownBy(() -> late.afterCommit(() -> heard.add("never")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is over");
          });
      try (Connection plain = connections.dataSource().getConnection()) {
        assertThat(plain.isWrapperFor(CommitHook.class)).isFalse();
      }
      CommitHook escaped = connections.inTransaction(d -> d.unwrap(CommitHook.class));
      assertThatThrownBy(() -> escaped.afterCommit(() -> heard.add("never")))
          .isInstanceOf(IllegalStateException.class);
      assertThat(heard).isEmpty();
    }
  }

  @Nested
  class That_throw {

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.weir.pool");

    private List<ILoggingEvent> warnings() {
      return log.list.stream().filter(event -> event.getLevel() == Level.WARN).toList();
    }

    private void logging(Runnable work) {
      log.start();
      logger.addAppender(log);
      try {
        work.run();
      } finally {
        logger.detachAppender(log);
      }
    }

    @Test
    void hurt_neither_the_others_nor_the_outcome_and_are_logged() {
      logging(
          () -> {
            String result =
                connections.inTransaction(
                    _ -> {
                      listen("one");
                      connections
                          .current()
                          .afterCommit(
                              () -> {
                                throw new IOException("checked");
                              });
                      connections
                          .current()
                          .afterCommit(
                              () -> {
                                throw new StackOverflowError("error");
                              });
                      listen("two");
                      return "done";
                    });
            assertThat(result).isEqualTo("done");
          });
      assertThat(heard).containsExactly("one committed", "two committed");
      assertThat(warnings())
          .extracting(event -> event.getThrowableProxy().getMessage())
          .containsExactly("checked", "error");
    }

    @Test
    void after_a_rollback_are_attached_to_what_the_caller_gets() {
      var own = new IOException("mine");
      var second = new IllegalStateException("the callback's");
      logging(
          () ->
              assertThatThrownBy(
                      () ->
                          connections.useTransaction(
                              _ -> {
                                connections
                                    .current()
                                    .afterRollback(
                                        () -> {
                                          throw second;
                                        });
                                throw own;
                              }))
                  .isSameAs(own)
                  .hasSuppressedException(second));
      assertThat(warnings()).hasSize(1);
    }

    @Test
    void in_thousands_are_told_ten_times_and_counted() {
      logging(
          () ->
              connections.useTransaction(
                  _ -> {
                    for (int i = 0; i < 5_000; i++) {
                      connections
                          .current()
                          .afterCommit(
                              () -> {
                                throw new IOException("again");
                              });
                    }
                  }));
      assertThat(warnings()).hasSize(11);
      assertThat(warnings().getLast().getFormattedMessage()).contains("5000 of 5000 callbacks");
    }

    @Test
    void that_they_were_interrupted_leave_the_thread_so() {
      logging(
          () ->
              connections.useTransaction(
                  _ ->
                      connections
                          .current()
                          .afterCommit(
                              () -> {
                                throw new InterruptedException("stop");
                              })));
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Nested
  class A_swallowed_failure {

    @Test
    void of_a_statement_is_never_taken_for_success() throws SQLException {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        listen("spoiled");
                        Pools.run(c, "insert into item values (50)");
                        assertThatThrownBy(() -> Pools.run(c, "select 1/0"))
                            .isInstanceOf(SQLException.class);
                      }))
          .isInstanceOf(RolledBackException.class)
          .hasMessageContaining("a statement in it had failed")
          .hasMessageContaining("Nesting.SAVEPOINT");
      assertThat(heard).containsExactly("spoiled rolled back");
      int left =
          connections.withSession(c -> Pools.one(c, "select count(*) from item where id = 50"));
      assertThat(left).isZero();
    }

    @Test
    void is_seen_through_a_pool_that_the_service_brought(TestDatabase database) {
      try (var hikari = new HikariDataSource()) {
        hikari.setJdbcUrl(database.jdbcUrl());
        hikari.setUsername(database.user());
        hikari.setPassword(database.password());
        try (var foreign = Pools.open(Pools.settings(database, 1).override(hikari))) {
          assertThatThrownBy(
                  () ->
                      foreign
                          .manager()
                          .useTransaction(
                              c ->
                                  assertThatThrownBy(() -> Pools.run(c, "select 1/0"))
                                      .isInstanceOf(SQLException.class)))
              .isInstanceOf(RolledBackException.class)
              .hasCauseInstanceOf(SQLException.class);
        }
      }
    }

    @Test
    void is_known_by_what_the_server_said_of_it() {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        assertThatThrownBy(() -> Pools.run(c, "select 1/0"))
                            .isInstanceOf(SQLException.class);
                        assertThatThrownBy(() -> Pools.run(c, "select 1"))
                            .isInstanceOfSatisfying(
                                SQLException.class,
                                no -> assertThat(no.getSQLState()).isEqualTo("25P02"));
                      }))
          .isInstanceOf(RolledBackException.class)
          .hasRootCauseInstanceOf(SQLException.class)
          .rootCause()
          .hasMessageContaining("division by zero");
    }
  }
}
