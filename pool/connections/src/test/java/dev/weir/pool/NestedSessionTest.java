package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.pool.Access.Nesting;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a pool of one connection: whoever borrowed a second one would wait for ever. */
@Tag("faults")
class NestedSessionTest extends WithItems {

  private static final Access SAVEPOINT = Access.readWrite().nesting(Nesting.SAVEPOINT);

  NestedSessionTest() {
    super(1);
  }

  private int deep(int levels, boolean transactions) throws SQLException {
    if (levels == 0) {
      return connections.withSession(c -> Pools.one(c, "select count(*) from item"));
    }
    Work<Integer, SQLException> further =
        c -> {
          if (transactions) {
            insert(c, levels);
          }
          return deep(levels - 1, transactions);
        };
    return transactions ? connections.inTransaction(further) : connections.withSession(further);
  }

  @Test
  void ten_deep_use_one_connection() throws SQLException {
    assertThat(deep(10, false)).isZero();
    assertThat(deep(10, true)).isEqualTo(10);
    assertThat(count()).isEqualTo(10);
    assertThat(connections.snapshot().gate().inUse()).isZero();
  }

  @Test
  void of_another_lane_join_all_the_same() throws SQLException {
    connections.useSession(
        c -> {
          int outer = Pools.one(c, "select pg_backend_pid()");
          int inner =
              connections.withSession(
                  Access.readWrite().lane("batch"), d -> Pools.one(d, "select pg_backend_pid()"));
          assertThat(inner).isEqualTo(outer);
          assertThat(connections.snapshot().gate().inUse()).isOne();
        });
  }

  @Test
  void of_an_undeclared_lane_are_refused_all_the_same() {
    connections.useSession(
        _ ->
            assertThatThrownBy(
                    () -> connections.useSession(Access.readWrite().lane("none"), _ -> {}))
                .isInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void have_their_own_deadline_when_it_is_sooner() throws SQLException {
    connections.useSession(
        c -> {
          assertThatThrownBy(
                  () ->
                      connections.useTransaction(
                          Access.readWrite().deadline(Duration.ofMillis(300)),
                          d -> Pools.run(d, "select pg_sleep(30)")))
              .isInstanceOf(SQLTimeoutException.class);
          assertThat(Pools.one(c, "select 1")).isOne();
        });
  }

  @Test
  void that_refuse_nesting_are_refused_inside_and_run_outside() throws SQLException {
    var alone = Access.readWrite().name("alone").nesting(Nesting.REFUSE);
    connections.useSession(alone, c -> Pools.one(c, "select 1"));
    connections.useSession(
        Access.readWrite().name("around"),
        _ -> {
          for (var way : new int[] {0, 1}) {
            assertThatThrownBy(
                    () -> {
                      if (way == 0) {
                        connections.useSession(alone, _ -> {});
                      } else {
                        connections.useTransaction(alone, _ -> {});
                      }
                    })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'alone'")
                .hasMessageContaining("'around'")
                .hasMessageContaining("refuses nesting");
          }
        });
  }

  @Nested
  class A_transaction_inside_a_plain_session {

    @Test
    void begins_and_commits_on_its_connection() throws SQLException {
      connections.useSession(
          c -> {
            int outer = Pools.one(c, "select pg_backend_pid()");
            connections.useTransaction(
                d -> {
                  assertThat(d.getAutoCommit()).isFalse();
                  assertThat(Pools.one(d, "select pg_backend_pid()")).isEqualTo(outer);
                  insert(d, 1);
                });
            assertThat(c.getAutoCommit()).isTrue();
            assertThatThrownBy(
                    () ->
                        connections.useTransaction(
                            d -> {
                              insert(d, 2);
                              throw new IOException("mine");
                            }))
                .isInstanceOf(IOException.class);
            assertThat(Pools.one(c, "select sum(id) from item")).isOne();
            insert(c, 3);
          });
      assertThat(count()).isEqualTo(2);
    }

    @Test
    void may_read_only_and_leaves_the_session_writing() throws SQLException {
      connections.useSession(
          c -> {
            assertThatThrownBy(
                    () -> connections.useTransaction(Access.readOnly(), d -> insert(d, 1)))
                .isInstanceOfSatisfying(
                    SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25006"));
            insert(c, 2);
          });
      assertThat(count()).isOne();
    }

    @Test
    void keeps_a_read_only_session_read_only_and_the_next_one_writing() throws SQLException {
      connections.useSession(
          Access.readOnly(),
          c -> {
            int none =
                connections.inTransaction(
                    Access.readOnly(), d -> Pools.one(d, "select count(*) from item"));
            assertThat(none).isZero();
            assertThatThrownBy(() -> insert(c, 1))
                .isInstanceOfSatisfying(
                    SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25006"));
          });
      connections.useSession(c -> insert(c, 2));
      assertThat(count()).isOne();
    }

    @Test
    void may_have_an_isolation_of_its_own() throws SQLException {
      connections.useSession(
          c -> {
            for (var access :
                new Access[] {
                  Access.readWrite().serializable(),
                  Access.readWrite().repeatableRead(),
                  Access.readWrite().readCommitted()
                }) {
              String level = connections.inTransaction(access, NestedSessionTest::isolation);
              assertThat(level)
                  .isEqualToIgnoringCase(
                      String.valueOf(access.rules().isolation()).replace('_', ' '));
            }
            assertThat(isolation(c)).isEqualTo("read committed");
          });
    }

    @Test
    void that_cannot_begin_leaves_the_session_as_it_was() throws SQLException {
      connections.useSession(
          c -> {
            assertThatThrownBy(
                    () ->
                        connections.useTransaction(
                            Access.readOnly().serializable().deadline(Duration.ofNanos(1)),
                            _ -> {}))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("could not begin");
            assertThat(c.getAutoCommit()).isTrue();
            insert(c, 1);
          });
      assertThat(count()).isOne();
    }

    @Test
    void is_refused_while_one_was_begun_by_hand() throws SQLException {
      connections.useSession(
          c -> {
            c.setAutoCommit(false);
            insert(c, 1);
            assertThatThrownBy(() -> connections.useTransaction(_ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setAutoCommit(false)");
            c.commit();
            c.setAutoCommit(true);
            connections.useTransaction(d -> insert(d, 2));
          });
      assertThat(count()).isEqualTo(2);
    }
  }

  private static String isolation(Connection c) throws SQLException {
    try (var statement = c.createStatement();
        var row = statement.executeQuery("show transaction_isolation")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void a_plain_session_may_have_an_isolation_and_the_next_one_has_the_usual() throws SQLException {
    String level =
        connections.withSession(Access.readWrite().serializable(), NestedSessionTest::isolation);
    // A statement by itself is no transaction that could begin with one.
    assertThat(level).isEqualTo(keepsItsProcess() ? "serializable" : "read committed");
    String next = connections.withSession(NestedSessionTest::isolation);
    assertThat(next).isEqualTo("read committed");
  }

  @Nested
  class Inside_a_transaction {

    @Test
    void a_plain_session_and_a_transaction_are_part_of_it() throws SQLException {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        connections.useSession(d -> insert(d, 2));
                        connections.useTransaction(d -> insert(d, 3));
                        assertThat(Pools.one(c, "select count(*) from item")).isEqualTo(3);
                        throw new IOException("mine");
                      }))
          .isInstanceOf(IOException.class);
      assertThat(count()).isZero();
    }

    @Test
    void the_failure_of_an_inner_one_spoils_it_even_if_it_is_swallowed() throws SQLException {
      var own = new IOException("mine");
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        assertThatThrownBy(
                                () ->
                                    connections.useTransaction(
                                        _ -> {
                                          throw own;
                                        }))
                            .isSameAs(own);
                        assertThat(connections.current().isRollbackOnly()).isTrue();
                        insert(c, 2);
                      }))
          .isInstanceOf(RolledBackException.class)
          .hasMessageContaining("an inner inTransaction")
          .hasMessageContaining("Nesting.SAVEPOINT")
          .hasCause(own);
      assertThat(count()).isZero();
    }

    @Test
    void the_failure_of_an_inner_plain_session_does_not() throws SQLException {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            assertThatThrownBy(
                    () ->
                        connections.useSession(
                            _ -> {
                              throw new IOException("mine");
                            }))
                .isInstanceOf(IOException.class);
          });
      assertThat(count()).isOne();
    }

    @Test
    void another_isolation_is_refused_and_both_are_named() {
      connections.useTransaction(
          Access.readWrite().repeatableRead(),
          _ -> {
            connections.useTransaction(Access.readWrite().repeatableRead(), _ -> {});
            connections.useTransaction(_ -> {});
            assertThatThrownBy(
                    () -> connections.useTransaction(Access.readWrite().serializable(), _ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SERIALIZABLE")
                .hasMessageContaining("REPEATABLE READ");
          });
      connections.useTransaction(
          _ ->
              assertThatThrownBy(
                      () -> connections.useTransaction(Access.readWrite().serializable(), _ -> {}))
                  .hasMessageContaining("the server's default isolation"));
    }

    @Test
    void writing_inside_reading_is_refused_and_both_are_named() {
      connections.useTransaction(
          Access.readOnly().name("report"),
          _ -> {
            connections.useTransaction(Access.readOnly(), _ -> {});
            assertThatThrownBy(
                    () -> connections.useTransaction(Access.readWrite().name("order"), _ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("A read-write session 'order'")
                .hasMessageContaining("the read-only session 'report'")
                .hasMessageContaining("Access.readOnly()");
          });
    }

    @Test
    void reading_inside_writing_joins() throws SQLException {
      int seen =
          connections.inTransaction(
              c -> {
                insert(c, 1);
                return connections.inTransaction(
                    Access.readOnly(), d -> Pools.one(d, "select count(*) from item"));
              });
      assertThat(seen).isOne();
    }

    @Test
    void its_own_connection_does_not_end_it() throws SQLException {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            for (var call :
                new org.assertj.core.api.ThrowableAssert.ThrowingCallable[] {
                  c::commit, c::rollback, () -> c.setAutoCommit(true), () -> c.setAutoCommit(false)
                }) {
              assertThatThrownBy(call)
                  .isInstanceOfSatisfying(
                      SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("2D000"))
                  .hasMessageContaining("inside inTransaction")
                  .hasMessageContaining("current().rollbackOnly()");
            }
            insert(c, 2);
          });
      assertThat(count()).isEqualTo(2);
    }

    @Test
    void savepoints_by_hand_are_allowed() throws SQLException {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            Savepoint here = c.setSavepoint();
            assertThatThrownBy(() -> insert(c, 1)).isInstanceOf(SQLException.class);
            c.rollback(here);
            insert(c, 2);
            c.releaseSavepoint(here);
          });
      assertThat(count()).isEqualTo(2);
    }

    @Test
    void to_close_its_connection_gives_nothing_back() throws SQLException {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            c.close();
            c.close();
            assertThat(c.isClosed()).isTrue();
            assertThat(connections.snapshot().gate().inUse()).isOne();
          });
      assertThat(count()).isOne();
    }
  }

  @Nested
  class A_savepoint {

    @Test
    void is_rolled_back_alone() throws SQLException {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            assertThatThrownBy(
                    () ->
                        connections.useTransaction(
                            SAVEPOINT,
                            d -> {
                              insert(d, 2);
                              insert(d, 1);
                            }))
                .isInstanceOfSatisfying(
                    SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("23505"));
            assertThat(connections.current().isRollbackOnly()).isFalse();
            connections.useTransaction(SAVEPOINT, d -> insert(d, 3));
          });
      assertThat(count()).isEqualTo(2);
    }

    @Test
    void that_swallows_a_failed_statement_is_told_and_the_rest_is_kept() throws SQLException {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            assertThatThrownBy(
                    () ->
                        connections.useTransaction(
                            SAVEPOINT,
                            d ->
                                assertThatThrownBy(() -> insert(d, 1))
                                    .isInstanceOf(SQLException.class)))
                .isInstanceOf(RolledBackException.class)
                .hasMessageContaining("a statement in it had failed");
            insert(c, 2);
          });
      assertThat(count()).isEqualTo(2);
    }

    @Test
    void that_is_given_up_returns_its_result_and_the_rest_is_kept() throws SQLException {
      String result =
          connections.inTransaction(
              c -> {
                insert(c, 1);
                return connections.inTransaction(
                    SAVEPOINT,
                    d -> {
                      insert(d, 2);
                      connections.current().rollbackOnly();
                      return "tried";
                    });
              });
      assertThat(result).isEqualTo("tried");
      assertThat(count()).isOne();
    }

    @Test
    void that_was_spoiled_inside_spoils_only_itself() throws SQLException {
      connections.useTransaction(
          c -> {
            insert(c, 1);
            assertThatThrownBy(
                    () ->
                        connections.useTransaction(
                            SAVEPOINT,
                            d -> {
                              insert(d, 2);
                              assertThatThrownBy(
                                      () ->
                                          connections.useTransaction(
                                              _ -> {
                                                throw new IOException("mine");
                                              }))
                                  .isInstanceOf(IOException.class);
                            }))
                .isInstanceOf(RolledBackException.class)
                .hasCauseInstanceOf(IOException.class);
          });
      assertThat(count()).isOne();
    }

    @Test
    void outside_a_transaction_is_one() throws SQLException {
      connections.useTransaction(SAVEPOINT, c -> insert(c, 1));
      connections.useSession(_ -> connections.useTransaction(SAVEPOINT, c -> insert(c, 2)));
      assertThat(count()).isEqualTo(2);
    }
  }

  @Nested
  class A_transaction_that_its_owner_gives_up {

    @Test
    void is_rolled_back_and_returns_its_result() throws SQLException {
      int result =
          connections.inTransaction(
              c -> {
                insert(c, 1);
                connections.current().rollbackOnly();
                assertThat(connections.current().isRollbackOnly()).isTrue();
                return 7;
              });
      assertThat(result).isEqualTo(7);
      assertThat(count()).isZero();
    }

    @Test
    void by_an_inner_session_is_told_to_the_outer_one() throws SQLException {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(
                      c -> {
                        insert(c, 1);
                        connections.useSession(
                            Access.readWrite().name("inner"),
                            _ -> connections.current().rollbackOnly());
                      }))
          .isInstanceOf(RolledBackException.class)
          .hasMessageContaining("rollbackOnly() was called in the read-write session 'inner'")
          .hasNoCause();
      assertThat(count()).isZero();
    }

    @Test
    void is_no_session_without_a_transaction() {
      connections.useSession(
          _ ->
              assertThatThrownBy(() -> connections.current().rollbackOnly())
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("in no transaction"));
    }
  }
}
