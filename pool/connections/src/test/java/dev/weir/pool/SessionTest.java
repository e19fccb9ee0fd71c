package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("faults")
class SessionTest extends WithItems {

  SessionTest() {
    super(2);
  }

  private int count(String where) throws SQLException {
    return connections.withSession(c -> Pools.one(c, "select count(*) from item where " + where));
  }

  @Nested
  class A_session {

    @Test
    void returns_what_its_work_returns() throws SQLException {
      int sum = connections.withSession(c -> Pools.one(c, "select 40 + 2"));
      assertThat(sum).isEqualTo(42);
    }

    @Test
    void takes_its_connection_back_when_the_work_ends() throws SQLException {
      var escaped = new AtomicReference<Connection>();
      connections.useSession(escaped::set);
      assertThat(inUse()).isZero();
      assertThat(escaped.get().isClosed()).isTrue();
      assertThatThrownBy(() -> Pools.one(escaped.get(), "select 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("went back to the pool");
    }

    @Test
    void lets_the_works_own_checked_exception_through_untouched() {
      var own = new IOException("mine");
      assertThatThrownBy(
              () ->
                  connections.withSession(
                      _ -> {
                        throw own;
                      }))
          .isSameAs(own);
      assertThat(inUse()).isZero();
    }

    @Test
    void that_is_read_only_cannot_write_in_or_outside_a_transaction() throws SQLException {
      VoidWork<SQLException> write = c -> Pools.run(c, "insert into item values (900)");
      assertThatThrownBy(() -> connections.useSession(Access.readOnly(), write))
          .isInstanceOfSatisfying(
              SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25006"));
      assertThatThrownBy(() -> connections.useTransaction(Access.readOnly(), write))
          .isInstanceOfSatisfying(
              SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25006"));
      connections.useSession(write);
      assertThat(count("id = 900")).isOne();
    }

    @Test
    void whose_deadline_passes_has_its_statement_cancelled_and_its_connection_kept()
        throws SQLException {
      var hurried = Access.readWrite().deadline(Duration.ofMillis(100));
      connections.useSession(
          outer -> {
            assertThatThrownBy(
                    () ->
                        connections.useSession(
                            hurried,
                            c -> {
                              Pools.run(c, "select pg_sleep(30)");
                            }))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("lane 'interactive'")
                .hasMessageContaining("the connection is kept");
            assertThat(Pools.one(outer, "select 1")).isOne();
          });
      assertThat(inUse()).isZero();
    }

    @Test
    void of_an_undeclared_lane_is_refused_with_the_names_of_those_that_are() {
      assertThatThrownBy(() -> connections.useSession(Access.readWrite().lane("bacth"), _ -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bacth")
          .hasMessageContaining("batch");
    }

    @Test
    @SuppressWarnings("NullAway") // null is what is tested
    void refuses_null_and_says_which() {
      assertThatThrownBy(() -> connections.withSession(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("work");
      assertThatThrownBy(() -> connections.useTransaction(null, _ -> {}))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("access");
      assertThatThrownBy(() -> connections.useSession(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("work");
    }
  }

  @Nested
  class A_transaction {

    @Test
    void commits_when_its_work_returns() throws SQLException {
      String answer =
          connections.inTransaction(
              c -> {
                Pools.run(c, "insert into item values (1)");
                return "done";
              });
      assertThat(answer).isEqualTo("done");
      assertThat(count("id = 1")).isOne();
    }

    @Test
    void rolls_back_on_whatever_its_work_throws() throws SQLException {
      for (Throwable own :
          new Throwable[] {new IOException("checked"), new StackOverflowError("error")}) {
        assertThatThrownBy(
                () ->
                    connections.useTransaction(
                        c -> {
                          Pools.run(c, "insert into item values (2)");
                          throw own;
                        }))
            .isSameAs(own);
      }
      assertThat(count("id = 2")).isZero();
      assertThat(inUse()).isZero();
    }

    @Test
    void whose_commit_fails_says_so_with_the_drivers_exception_as_cause() throws SQLException {
      assertThatThrownBy(
              () ->
                  connections.useTransaction(c -> Pools.run(c, "insert into item values (3, 77)")))
          .isInstanceOf(CommitFailedException.class)
          .hasMessageContaining("COMMIT failed (23503)")
          .hasCauseInstanceOf(SQLException.class);
      assertThat(count("id = 3")).isZero();
    }

    @Test
    void leaves_a_connection_that_commits_by_itself_again() throws SQLException {
      connections.useTransaction(c -> Pools.run(c, "select 1"));
      for (int i = 0; i < 4; i++) {
        assertThat(connections.withSession(Connection::getAutoCommit)).isTrue();
      }
    }
  }

  @Nested
  class When_every_permit_is_in_use {

    private void whileBusy(Runnable then) {
      try (Connection _ = connections.dataSource().getConnection();
          Connection _ = connections.dataSource().getConnection()) {
        then.run();
      } catch (SQLException unexpected) {
        throw new AssertionError(unexpected);
      }
    }

    @Test
    void a_caller_is_refused_at_its_own_deadline_with_the_state_of_the_gate() {
      whileBusy(
          () ->
              assertThatThrownBy(
                      () ->
                          connections.useSession(
                              Access.readWrite().deadline(Duration.ofMillis(60)), _ -> {}))
                  .isInstanceOfSatisfying(
                      AdmissionRejectedException.class,
                      no -> assertThat(no.reason()).isEqualTo(Reason.DEADLINE))
                  .hasMessageContaining("lane 'interactive'")
                  .hasMessageContaining("2 of 3 permits in use")
                  .hasMessageContaining("raise pool.max, pool.wait"));
    }

    @Test
    void a_deadline_around_the_call_counts_too() {
      whileBusy(
          () ->
              assertThatThrownBy(
                      () ->
                          Deadline.useWithin(
                              Duration.ofMillis(60), () -> connections.useSession(_ -> {})))
                  .isInstanceOf(AdmissionRejectedException.class));
    }

    @Test
    void the_admin_lane_still_gets_in() {
      whileBusy(
          () -> {
            try {
              int one =
                  connections.withSession(
                      Access.readOnly().lane("admin"), c -> Pools.one(c, "select 1"));
              assertThat(one).isOne();
            } catch (SQLException unexpected) {
              throw new AssertionError(unexpected);
            }
          });
    }

    @Test
    void the_snapshot_says_so() {
      assertThat(connections.snapshot().state()).isEqualTo(PoolState.HEALTHY);
      whileBusy(() -> assertThat(connections.snapshot().state()).isEqualTo(PoolState.STRESSED));
    }
  }
}
