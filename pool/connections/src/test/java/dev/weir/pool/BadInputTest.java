package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers do that they should not, beside what is told where it belongs. */
@Tag("faults")
class BadInputTest extends WithItems {

  BadInputTest() {
    super(1);
  }

  private static void assertState(String state, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo(state));
  }

  @Nested
  class A_statement_that_ends_the_transaction {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "COMMIT",
          "ROLLBACK",
          "END",
          "COMMIT; BEGIN",
          "COMMIT AND CHAIN",
          "/*x*/commit",
          "insert into item values (2); commit",
          "PREPARE TRANSACTION 'two'"
        })
    void is_refused_before_it_is_sent_and_the_transaction_goes_on(String sql) throws SQLException {
      connections.useTransaction(
          c -> {
            Pools.run(c, "insert into item values (1)");
            assertThatThrownBy(() -> Pools.run(c, sql))
                .hasMessageContaining("inTransaction, which alone begins and ends");
            assertState("2D000", () -> c.prepareStatement(sql));
            try (Statement batch = c.createStatement()) {
              assertState("2D000", () -> batch.addBatch(sql));
            }
            try (Connection joined = connections.joiningDataSource().getConnection()) {
              assertState("2D000", () -> Pools.run(joined, sql));
            }
            Pools.run(c, "insert into item values (3)");
            connections.current().rollbackOnly();
          });
      assertThat(count()).as("nothing was committed by the way").isZero();
    }

    @Test
    void is_refused_by_the_server_inside_a_procedure() {
      assertState(
          "2D000",
          () -> connections.useTransaction(c -> Pools.run(c, "do $$ begin commit; end $$")));
    }

    @Test
    void is_the_callers_own_in_a_plain_session() throws SQLException {
      connections.useSession(
          c -> {
            c.setAutoCommit(false);
            Pools.run(c, "insert into item values (1)");
            Pools.run(c, "COMMIT");
          });
      assertThat(count()).isOne();
    }

    @Test
    void is_not_seen_in_a_rollback_to_a_savepoint() throws SQLException {
      connections.useTransaction(
          c -> {
            Pools.run(c, "savepoint here");
            Pools.run(c, "insert into item values (1)");
            Pools.run(c, "rollback to here");
            Pools.run(c, "insert into item values (2)");
          });
      assertThat(count()).isOne();
    }
  }

  @Nested
  class A_nul {

    @Test
    void in_a_value_is_refused_by_the_server_and_the_connection_kept() throws SQLException {
      connections.useSession(
          c -> {
            int pid = Pools.one(c, "select pg_backend_pid()");
            assertState("22021", () -> insert(c, "no\0thing"));
            assertThat(Pools.one(c, "select pg_backend_pid()")).isEqualTo(pid);
          });
      assertState("22021", () -> connections.useTransaction(c -> insert(c, "\0")));
      assertThat(count()).isZero();
    }

    private void insert(Connection c, String name) throws SQLException {
      try (var insert = c.prepareStatement("insert into item select length(?)")) {
        insert.setString(1, name);
        insert.execute();
      }
    }

    @Test
    void in_a_statement_is_refused_and_the_next_caller_is_served() throws SQLException {
      assertThatThrownBy(() -> connections.useTransaction(c -> Pools.run(c, "select 1\0; commit")))
          .isInstanceOf(SQLException.class);
      assertThat(count()).isZero();
    }

    @Test
    void in_the_name_of_a_session_hurts_nobody() throws SQLException {
      int one =
          connections.withSession(
              Access.readWrite().name("no\0thing"), c -> Pools.one(c, "select 1"));
      assertThat(one).isOne();
    }
  }

  @Nested
  class A_deadline_that_has_passed {

    @Test
    void is_refused_before_anything_is_borrowed_or_run() {
      Deadline.in(Duration.ZERO)
          .run(
              () -> {
                for (ThrowingCallable call :
                    new ThrowingCallable[] {
                      () -> connections.useSession(_ -> fail()),
                      () -> connections.useTransaction(_ -> fail())
                    }) {
                  assertThatThrownBy(call)
                      .isInstanceOfSatisfying(
                          AdmissionRejectedException.class,
                          no -> assertThat(no.reason()).isEqualTo(Reason.DEADLINE));
                }
              });
      assertThat(connections.snapshot().gate().inUse()).isZero();
    }

    private void fail() {
      throw new AssertionError("its work was run");
    }

    @Test
    void in_the_middle_refuses_the_next_statement_and_rolls_back() {
      assertState(
          "57014",
          () ->
              connections.useTransaction(
                  c -> {
                    Pools.run(c, "insert into item values (1)");
                    Deadline.in(Duration.ZERO).run(() -> Pools.run(c, "select 1"));
                  }));
    }
  }
}
