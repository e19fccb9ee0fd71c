package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.tasks.Task;
import dev.weir.tasks.TaskFailedException;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskStatus;
import dev.weir.tasks.flow.TaskGroup;
import dev.weir.tasks.flow.TaskScopes;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task that is cancelled in the middle of a query takes the query along, on the server. */
@RealServers
@Tag("faults")
class CancelledQueryTest {

  private static final Logger log = LoggerFactory.getLogger(CancelledQueryTest.class);

  /** A tenth of them in the query, the rest in the gate. More by flag: -Dweir.cancels=1000. */
  private static final int TASKS = Integer.getInteger("weir.cancels", 200);

  private static final int IN_QUERY = TASKS / 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Weir weir;
  private final Connection own;

  CancelledQueryTest(TestDatabase database) throws SQLException {
    this.weir =
        Weir.start(
            Houses.settings(database)
                .set("pool.max", String.valueOf(IN_QUERY + 1)) // one is the lane admin's
                .load());
    this.own = database.dataSource().getConnection();
  }

  @BeforeEach
  void fill() throws Exception {
    assertThat(backends()).hasSize(IN_QUERY);
  }

  @AfterEach
  void close() throws SQLException {
    weir.close();
    own.close();
  }

  @Test
  void of_many_cancelled_tasks_none_is_left_on_the_server_and_every_connection_is_usable()
      throws Exception {
    Set<Integer> before = backends();
    try (TaskGroup session = TaskGroup.open(weir.tasks(), "session-7")) {
      List<TaskHandle<Void>> sleepers = new ArrayList<>();
      for (int i = 0; i < TASKS; i++) {
        sleepers.add(session.run("sleeper", this::sleep));
      }
      awaitAllInQuery();
      long start = System.nanoTime();
      assertThat(session.cancel(PATIENCE)).isEmpty();
      int left = inQuery();
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      FaultLog.note(
          "%,d tasks cancelled, %d of them in a query".formatted(TASKS, IN_QUERY),
          "left on the server %d after %d ms",
          left,
          millis);
      assertThat(left).isZero();
      assertThat(sleepers).extracting(TaskHandle::status).containsOnly(TaskStatus.CANCELLED);
      if (TASKS >= 1_000) {
        assertThat(millis).isLessThan(1_000);
      }
    }
    assertEveryConnectionIsUsable(before);
  }

  @Test
  void a_deadline_ends_the_query_of_its_task() throws Exception {
    Set<Integer> before = backends();
    List<TaskHandle<Void>> sleepers = new ArrayList<>();
    Task brief = Task.named("sleeper").deadline(Duration.ofSeconds(2));
    for (int i = 0; i < IN_QUERY; i++) {
      sleepers.add(weir.tasks().run(brief, this::sleep));
    }
    Await.until(PATIENCE, "a query of theirs", () -> inQuery() > 0);
    Await.until(PATIENCE, "the end of all", () -> weir.tasks().tasks().isEmpty());
    assertThat(inQuery()).isZero();
    assertThat(sleepers)
        .extracting(TaskHandle::status)
        .isSubsetOf(TaskStatus.CANCELLED, TaskStatus.FAILED);
    assertEveryConnectionIsUsable(before);
  }

  @Test
  void a_scope_whose_child_fails_ends_the_queries_of_the_others_before_it_throws()
      throws Exception {
    Set<Integer> before = backends();
    TaskScopes scopes = TaskScopes.over(weir.tasks()).patience(PATIENCE);
    assertThatThrownBy(
            () ->
                scopes.use(
                    "reports",
                    scope -> {
                      for (int i = 0; i < IN_QUERY; i++) {
                        scope.run("sleeper", this::sleep);
                      }
                      awaitAllInQuery();
                      scope.run(
                          "bad",
                          () -> {
                            throw new IllegalStateException("broken");
                          });
                    }))
        .isInstanceOf(TaskFailedException.class)
        .hasMessageContaining("'bad'");
    assertThat(inQuery()).isZero();
    assertEveryConnectionIsUsable(before);
  }

  /** The same ones, unless a busy server answered a cancel too late and was left. */
  private void assertEveryConnectionIsUsable(Set<Integer> before) throws Exception {
    Set<Integer> after = backends();
    assertThat(after).hasSize(IN_QUERY);
    Set<Integer> kept = new HashSet<>(after);
    kept.retainAll(before);
    log.info("{} of {} connections are the same as before", kept.size(), IN_QUERY);
    assertThat(kept).isNotEmpty();
  }

  private void sleep() throws SQLException {
    weir.connections()
        .useSession(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_sleep(600)");
              }
            });
  }

  private void awaitAllInQuery() {
    Await.until(PATIENCE, "all connections in the query", () -> inQuery() == IN_QUERY);
  }

  private int inQuery() {
    try {
      return Houses.one(
          own,
          "select count(*) from pg_stat_activity where state = 'active'"
              + " and query like '%pg_sleep%' and pid <> pg_backend_pid()"
              + " and datname = current_database()");
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Borrows every connection at the same time, asks each something, and tells who they are. */
  private Set<Integer> backends() throws Exception {
    var together = new CyclicBarrier(IN_QUERY);
    List<TaskHandle<Integer>> askers = new ArrayList<>();
    for (int i = 0; i < IN_QUERY; i++) {
      askers.add(
          weir.tasks()
              .submit(
                  "asker",
                  () ->
                      weir.connections()
                          .withSession(
                              connection -> {
                                int pid = Houses.one(connection, "select pg_backend_pid()");
                                meet(together);
                                return pid;
                              })));
    }
    Set<Integer> pids = new HashSet<>();
    askers.forEach(asker -> pids.add(asker.await(PATIENCE)));
    return pids;
  }

  private static void meet(CyclicBarrier together) {
    try {
      together.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }
}
