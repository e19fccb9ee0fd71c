package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RealServers
@Tag("faults")
class RetriedTransactionTest {

  private final List<Integer> tries = new ArrayList<>();
  private final TestDatabase database;
  private Pools pools;
  private UnifiedConnectionManager connections;

  RetriedTransactionTest(TestDatabase database) {
    this.database = database;
    this.pools = pools(database, 1);
    this.connections = pools.manager();
  }

  /** How the same is done over another way to the server, for those who inherit this. */
  Pools pools(TestDatabase database, int max) {
    return Pools.open(database, max);
  }

  @BeforeEach
  void empty() throws SQLException {
    connections.useSession(
        c -> {
          Pools.run(c, "drop table if exists item");
          Pools.run(c, "create table item (id int primary key)");
        });
  }

  @AfterEach
  void close() {
    pools.close();
  }

  private static void fail(Connection c, String state) throws SQLException {
    Pools.run(
        c, "do $$ begin raise exception 'on purpose' using errcode = '" + state + "'; end $$");
  }

  private void tryIt(Access access, VoidWork<SQLException> work) throws SQLException {
    connections.useTransaction(
        access,
        c -> {
          tries.add(connections.current().attempt());
          work.use(c);
        });
  }

  private void assertFails(Access access, String state) {
    assertThatThrownBy(() -> tryIt(access, c -> fail(c, state)))
        .isInstanceOfSatisfying(
            SQLException.class, own -> assertThat(own.getSQLState()).isEqualTo(state));
  }

  @Test
  void is_told_which_try_it_is_and_ends_with_the_untouched_failure() {
    assertFails(Access.readWrite(), "40001");
    assertThat(tries).containsExactly(1, 2, 3);
    tries.clear();
    assertFails(Access.readWrite().attempts(5), "40P01");
    assertThat(tries).containsExactly(1, 2, 3, 4, 5);
    tries.clear();
    assertFails(Access.readWrite().attempts(1), "40001");
    assertThat(tries).containsExactly(1);
  }

  @Test
  void succeeds_when_a_later_try_does() throws SQLException {
    tryIt(
        Access.readWrite(),
        c -> {
          Pools.run(c, "insert into item values (" + tries.size() + ")");
          if (tries.size() < 3) {
            fail(c, "40001");
          }
        });
    int only = connections.withSession(c -> Pools.one(c, "select sum(id) from item"));
    assertThat(only).isEqualTo(3);
  }

  @Test
  void is_tried_once_when_no_other_try_would_do_better() {
    assertFails(Access.readWrite(), "23505");
    assertFails(Access.readWrite(), "55P03");
    assertThat(tries).containsExactly(1, 1);
    assertThatThrownBy(
            () ->
                connections.useTransaction(
                    _ -> {
                      tries.add(0);
                      throw new IllegalStateException("the service's own");
                    }))
        .hasMessage("the service's own");
    assertThat(tries).containsExactly(1, 1, 0);
  }

  @Test
  void is_tried_again_after_a_lock_timeout_by_choice() {
    assertFails(Access.readWrite().retryingLockTimeouts(), "55P03");
    assertThat(tries).containsExactly(1, 2, 3);
  }

  @Test
  void is_tried_again_whatever_a_framework_wraps_around_the_failure() {
    assertThatThrownBy(
            () ->
                connections.useTransaction(
                    c -> {
                      tries.add(connections.current().attempt());
                      try {
                        fail(c, "40001");
                      } catch (SQLException failure) {
                        throw new IllegalStateException("a framework's", failure);
                      }
                    }))
        .hasMessage("a framework's");
    assertThat(tries).containsExactly(1, 2, 3);
  }

  @Test
  void is_tried_again_when_the_conflict_was_swallowed() {
    assertThatThrownBy(
            () ->
                tryIt(
                    Access.readWrite(),
                    c -> assertThatThrownBy(() -> fail(c, "40001")).isNotNull()))
        .isInstanceOf(RolledBackException.class)
        .hasCauseInstanceOf(SQLException.class);
    assertThat(tries).containsExactly(1, 2, 3);
  }

  @Test
  void is_tried_again_as_a_whole_when_a_joined_one_fails() throws SQLException {
    tryIt(
        Access.readWrite(),
        _ ->
            connections.useTransaction(
                inner -> {
                  assertThat(connections.current().attempt()).isEqualTo(tries.size());
                  if (tries.size() < 3) {
                    fail(inner, "40001");
                  }
                }));
    assertThat(tries).containsExactly(1, 2, 3);
  }

  @Test
  void holds_no_connection_between_two_tries_and_tells_of_each() {
    var free = new AtomicInteger();
    assertThatThrownBy(
            () ->
                tryIt(
                    Access.readWrite(),
                    c -> {
                      connections
                          .current()
                          .afterRollback(
                              () -> {
                                if (connections.snapshot().gate().inUse() == 0) {
                                  free.incrementAndGet();
                                }
                              });
                      fail(c, "40001");
                    }))
        .isInstanceOf(SQLException.class);
    assertThat(free).hasValue(3);
  }

  @Test
  void inside_a_plain_session_is_tried_again_on_its_connection() throws SQLException {
    connections.useSession(
        c -> {
          int pid = Pools.one(c, "select pg_backend_pid()");
          tryIt(
              Access.readWrite(),
              d -> {
                assertThat(Pools.one(d, "select pg_backend_pid()")).isEqualTo(pid);
                if (tries.size() < 3) {
                  fail(d, "40001");
                }
              });
          assertThat(c.getAutoCommit()).isTrue();
        });
    assertThat(tries).containsExactly(1, 2, 3);
  }

  @Test
  void whose_connection_is_lost_before_commit_gets_another() throws SQLException {
    tryIt(
        Access.readWrite(),
        c -> {
          Pools.run(c, "insert into item values (" + tries.size() + ")");
          if (tries.size() == 1) {
            Pools.run(c, "select pg_terminate_backend(pg_backend_pid())");
          }
        });
    int only = connections.withSession(c -> Pools.one(c, "select sum(id) from item"));
    assertThat(only).isEqualTo(2);
    assertThat(tries).containsExactly(1, 2);
  }

  @Test
  void inside_a_plain_session_has_no_other_connection_to_go_to() {
    connections.useSession(
        _ ->
            assertThatThrownBy(
                    () ->
                        tryIt(
                            Access.readWrite(),
                            d -> Pools.run(d, "select pg_terminate_backend(pg_backend_pid())")))
                .isInstanceOf(SQLException.class));
    assertThat(tries).containsExactly(1);
  }

  @Test
  void ends_with_its_deadline() {
    long start = System.nanoTime();
    assertFails(Access.readWrite().attempts(10_000).deadline(Duration.ofMillis(400)), "40001");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(tries).hasSizeGreaterThan(1);
  }

  @Test
  void is_not_tried_again_by_an_interrupted_thread() {
    assertThatThrownBy(
            () ->
                tryIt(
                    Access.readWrite(),
                    c -> {
                      try {
                        fail(c, "40001");
                      } finally {
                        Thread.currentThread().interrupt();
                      }
                    }))
        .isInstanceOf(SQLException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(tries).containsExactly(1);
  }

  @Test
  void is_not_tried_again_when_too_many_wait_for_locks_in_vain() {
    Access patient = Access.readWrite().retryingLockTimeouts();
    Throwable failure = null;
    int transactions = 0;
    do {
      transactions++;
      failure = catchThrowable(() -> tryIt(patient, c -> fail(c, "55P03")));
    } while (failure.getSuppressed().length == 0 && transactions < 1_000);
    assertThat(failure)
        .isInstanceOfSatisfying(
            SQLException.class, own -> assertThat(own.getSQLState()).isEqualTo("55P03"));
    assertThat(failure.getSuppressed())
        .singleElement()
        .asString()
        .contains("Not tried again")
        .contains("0 retries left, one more for every 5 first tries");
    // 100 retries were saved, and each transaction earned a fifth of one.
    assertThat(tries.size() - transactions).isBetween(100, 100 + transactions / 5);
  }

  @Test
  void meets_conflicts_with_all_its_tries_however_many_there_were() {
    for (int i = 0; i < 60; i++) {
      tries.clear();
      assertFails(Access.readWrite(), "40001");
      assertThat(tries).containsExactly(1, 2, 3);
    }
  }

  @Nested
  class Serializable_ones {

    private static final int TRIES = 100;

    /** Each takes one from the pot it chooses if both together hold it: the text-book skew. */
    @Test
    void leave_what_they_would_have_left_one_after_another() throws Exception {
      try (var many = pools(database, 8)) {
        var manager = many.manager();
        manager.useSession(
            c -> {
              Pools.run(c, "create table pot (name text primary key, holds int)");
              Pools.run(c, "insert into pot values ('a', 60), ('b', 60)");
            });
        var taken = new AtomicInteger();
        var again = new AtomicInteger();
        var surprises = new ConcurrentLinkedQueue<Throwable>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
          for (int thread = 0; thread < 8; thread++) {
            String pot = thread % 2 == 0 ? "a" : "b";
            var _ = threads.submit(() -> takeMany(manager, pot, taken, again, surprises));
          }
        }
        assertThat(surprises).isEmpty();
        int left = manager.withSession(c -> Pools.one(c, "select sum(holds) from pot"));
        assertThat(left).isNotNegative().isEqualTo(120 - taken.get());
        assertThat(again).as("conflicts that were tried again").hasPositiveValue();
      }
    }

    private void takeMany(
        UnifiedConnectionManager manager,
        String pot,
        AtomicInteger taken,
        AtomicInteger again,
        ConcurrentLinkedQueue<Throwable> surprises) {
      for (int i = 0; i < TRIES; i++) {
        try {
          boolean took =
              manager.inTransaction(
                  Access.readWrite().serializable().attempts(20),
                  c -> {
                    if (manager.current().attempt() > 1) {
                      again.incrementAndGet();
                    }
                    return take(c, pot);
                  });
          taken.addAndGet(took ? 1 : 0);
        } catch (SQLException | CommitFailedException failure) {
          if (!isConflict(failure)) {
            surprises.add(failure);
          }
        }
      }
    }

    private static boolean take(Connection c, String pot) throws SQLException {
      if (Pools.one(c, "select sum(holds) from pot") <= 0) {
        return false;
      }
      Pools.run(c, "update pot set holds = holds - 1 where name = '" + pot + "'");
      return true;
    }

    private static boolean isConflict(Throwable failure) {
      var sql = failure instanceof SQLException own ? own : (SQLException) failure.getCause();
      return sql != null && "40001".equals(sql.getSQLState());
    }
  }
}
