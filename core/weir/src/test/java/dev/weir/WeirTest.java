package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigLoader;
import dev.weir.config.TasksConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.monitoring.Health;
import dev.weir.pool.DatabaseUnavailableException;
import dev.weir.tasks.Task;
import dev.weir.tasks.failure.LimitSettings;
import dev.weir.tasks.shutdown.Participant;
import dev.weir.tasks.shutdown.Phase;
import dev.weir.tasks.shutdown.Reloader.Reloaded;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RealServers
@Tag("faults")
class WeirTest {

  private final TestDatabase database;
  private final RedisServer redis;

  WeirTest(TestDatabase database, RedisServer redis) {
    this.database = database;
    this.redis = redis;
  }

  private Weir open() {
    return Weir.start(Houses.config(database, redis));
  }

  private static int selectOne(Weir weir) throws SQLException {
    return weir.connections().withSession(c -> Houses.one(c, "select 1"));
  }

  @Nested
  class A_running_weir {

    @Test
    void leads_through_every_floor() throws Exception {
      try (Weir weir = open()) {
        assertThat(selectOne(weir)).isOne();
        int inTask = weir.tasks().submit("count", () -> selectOne(weir)).await();
        assertThat(inTask).isOne();
        weir.connections().redis().sync().set("key", "value");
        assertThat(weir.connections().redis().sync().get("key")).isEqualTo("value");
        assertThat(weir.health().refresh().status()).isEqualTo(Health.Status.UP);
        assertThat(weir.config().pool().max()).isEqualTo(4);
      }
    }

    @Test
    void limits_tasks_as_it_was_told() throws Exception {
      var config = Houses.config(database).tasks(TasksConfig.defaults().deadLetters(2));
      try (Weir weir =
          Weir.builder()
              .config(config)
              .failure(it -> it.limits(Map.of("mailer", LimitSettings.atOnce(1))))
              .start()) {
        for (int i = 0; i < 3; i++) {
          var failing = weir.tasks().run(Task.named("fails"), () -> lose());
          assertThatThrownBy(failing::await).hasRootCauseMessage("lost");
        }
        assertThat(weir.tasks().deadLetters().list()).hasSize(2);
        assertThat(weir.tasks().submit(Task.named("mail").limit("mailer"), () -> 1).await())
            .isOne();
        assertThatThrownBy(() -> weir.tasks().submit(Task.named("mail").limit("none"), () -> 1))
            .hasMessageContaining("there are: [mailer]");
      }
    }

    private static void lose() {
      throw new IllegalStateException("lost");
    }

    @Test
    void takes_tasks_from_inside_a_transaction_and_from_its_callback() {
      try (Weir weir = open()) {
        var afterwards = new CompletableFuture<Integer>();
        int inside =
            weir.connections()
                .inTransaction(
                    _ -> {
                      weir.connections()
                          .current()
                          .afterCommit(() -> afterwards.complete(countInTask(weir)));
                      return countInTask(weir);
                    });
        assertThat(inside).isOne();
        assertThat(afterwards).isCompletedWithValue(1);
      }
    }

    /** A task of a bulkhead, and another of the same that it waits for. */
    private static int countInTask(Weir weir) {
      Task task = Task.named("count").bulkhead("counts");
      return weir.tasks()
          .submit(task, () -> weir.tasks().submit(task, () -> selectOne(weir)).await())
          .await(Duration.ofSeconds(20));
    }

    @Test
    void describes_itself_to_people_without_a_secret() {
      var config =
          Houses.settings(database)
              .set("redis.uri", "redis://:canary-3kQ@" + redis.host() + ":" + redis.port())
              .load();
      try (Weir weir = Weir.start(config)) {
        assertThat(weir.describe())
            .contains(
                "lane admin",
                "lane interactive",
                "server-prepared: ",
                "prepareThreshold 5",
                "weir-timer",
                "pool.max",
                "database")
            .doesNotContain("canary-3kQ", database.password());
      }
    }

    @Test
    void takes_monitors_listeners_and_a_data_source_from_the_builder() throws SQLException {
      var asked = new AtomicInteger();
      var config = ConfigLoader.empty().set("shutdown.hook", "false").load();
      try (Weir weir =
          Weir.builder()
              .config(config)
              .dataSource(database.dataSource())
              .monitor(new Licence(asked))
              .start()) {
        assertThat(selectOne(weir)).isOne();
        assertThat(weir.health().refresh().monitor("licence")).isPresent();
        assertThat(asked.get()).isPositive();
      }
    }

    @Test
    void reloads_what_was_registered_and_says_what_needs_a_restart() {
      try (Weir weir =
          Weir.builder()
              .config(Houses.config(database))
              .onReload("rules", () -> Reloaded.applied("12 rules"))
              .start()) {
        weir.onReload("ports", () -> new Reloaded(List.of(), List.of("port: 1 -> 2")));
        assertThat(weir.reload().text())
            .isEqualTo(
                "Reloaded:\n  rules: in force: 12 rules;\n  ports: needs a restart: port: 1 -> 2");
      }
    }

    @Test
    void does_not_know_of_another_in_the_same_jvm() throws SQLException {
      try (Weir one = open()) {
        try (Weir two = open()) {
          assertThat(selectOne(two)).isOne();
        }
        assertThat(selectOne(one)).isOne();
        assertThat(one.connections().redis().sync().ping()).isEqualTo("PONG");
      }
    }

    @Test
    void serves_a_thousand_threads_that_come_at_once_while_it_is_cold() throws Exception {
      var go = new CountDownLatch(1);
      try (Weir weir = open();
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var answers = new ArrayList<Future<Integer>>();
        for (int i = 0; i < 1_000; i++) {
          answers.add(
              threads.submit(
                  () -> {
                    go.await();
                    return selectOne(weir);
                  }));
        }
        go.countDown();
        for (Future<Integer> answer : answers) {
          assertThat(answer.get()).isOne();
        }
      }
    }
  }

  @Nested
  class A_start_that_fails {

    @Test
    void says_what_to_set_when_no_server_is_configured() {
      assertThatThrownBy(() -> Weir.start(ConfigLoader.empty().load()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("WEIR_POSTGRES_URL");
    }

    @Test
    void leaves_nothing_running() throws IOException {
      int port;
      try (var free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      var config =
          Houses.settings(database)
              .set("postgres.url", "jdbc:postgresql://127.0.0.1:" + port + "/orders")
              .load();
      assertThatThrownBy(() -> Weir.start(config))
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("127.0.0.1:" + port)
          .satisfies(
              failure ->
                  assertThat(failure.getSuppressed())
                      .extracting(Throwable::getMessage)
                      .contains(
                          "Weir did not start: 'connections' failed. Closed again, in this order:"
                              + " events, tasks, system tasks, telemetry."));
      ThreadCensus.awaitNoneOfOurs();
    }

    @Test
    void names_a_monitor_given_twice_and_closes_what_was_open() {
      var twice = new Licence(new AtomicInteger());
      assertThatThrownBy(
              () ->
                  Weir.builder()
                      .config(Houses.config(database))
                      .monitor(twice)
                      .monitor(twice)
                      .start())
          .hasMessageContaining("licence")
          .satisfies(
              failure ->
                  assertThat(failure.getSuppressed()[0])
                      .hasMessage(
                          "Weir did not start: 'health' failed. Closed again, in this order:"
                              + " connections, events, tasks, system tasks, telemetry."));
      ThreadCensus.awaitNoneOfOurs();
    }
  }

  @Nested
  class Closing {

    @Test
    void cannot_be_told_of_two_participants_of_one_name() {
      var one = Participant.named("http", Phase.REFUSE, _ -> {});
      assertThatThrownBy(
              () -> Weir.builder().config(Houses.config(database)).onStop(one).onStop(one).start())
          .hasMessageContaining("called 'http'")
          .satisfies(
              failure ->
                  assertThat(failure.getSuppressed()[0])
                      .hasMessageStartingWith(
                          "Weir did not start: 'participants of the stop' failed."));
      ThreadCensus.awaitNoneOfOurs();
    }

    @Test
    void twice_is_harmless_and_later_calls_are_refused_by_type() {
      Weir weir = open();
      weir.close();
      weir.close();
      assertClosed(() -> weir.tasks().run("late", () -> {}));
      assertClosed(() -> weir.connections().useSession(_ -> {}));
      assertThatThrownBy(() -> weir.connections().redis().sync())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("after close");
    }

    @Test
    void and_starting_again_gives_another_that_works() throws SQLException {
      open().close();
      try (Weir again = open()) {
        assertThat(selectOne(again)).isOne();
      }
    }

    @Test
    void calls_participants_in_order_and_lets_them_use_sessions() {
      Queue<String> said = new ConcurrentLinkedQueue<>();
      Weir weir =
          Weir.builder()
              .config(Houses.config(database))
              .onStop(Participant.named("cache", Phase.CONNECTIONS, _ -> said.add("cache")))
              .start();
      weir.onStop(
          Participant.named("outbox", Phase.SESSIONS, _ -> said.add("outbox " + selectOne(weir))));
      weir.onStop(Participant.named("http", Phase.REFUSE, _ -> said.add("http")));
      weir.onStop(Participant.named("console", Phase.REFUSE, _ -> said.add("console"))).withdraw();
      weir.close();
      weir.close();
      assertThat(said).containsExactly("http", "outbox 1", "cache");
    }

    @Test
    void goes_on_past_a_participant_that_fails_and_says_so_with_every_failure() {
      Weir weir = open();
      var first = new IOException("first");
      var second = new IllegalStateException("second");
      weir.onStop(failing("one", first));
      weir.onStop(failing("two", second));
      assertThatThrownBy(weir::close)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Weir is closed, but parts of it failed to close: one, two")
          .satisfies(failure -> assertThat(failure.getSuppressed()).containsExactly(first, second));
      ThreadCensus.awaitNoneOfOurs();
    }

    private static Participant failing(String name, Exception failure) {
      return Participant.named(
          name,
          Phase.HEALTH,
          _ -> {
            throw failure;
          });
    }

    private static void assertClosed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
      assertThatThrownBy(call)
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              no -> assertThat(no.reason()).isEqualTo(Reason.CLOSED));
    }

    @Test
    void lets_a_task_under_way_have_the_session_it_needs_and_nobody_else() throws Exception {
      Weir weir = open();
      var started = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      var task =
          weir.tasks()
              .submit(
                  "finish",
                  () -> {
                    started.countDown();
                    goOn.await();
                    return selectOne(weir);
                  });
      started.await();
      Thread closer = Thread.ofVirtual().start(weir::close);
      dev.weir.testkit.Await.until(
          Duration.ofSeconds(10), "the close has begun", () -> isRefused(weir));
      goOn.countDown();
      closer.join();
      assertThat(task.await()).isOne();
    }

    private static boolean isRefused(Weir weir) {
      try {
        weir.connections().useSession((Connection _) -> {});
        return false;
      } catch (AdmissionRejectedException no) {
        return no.reason() == Reason.CLOSED;
      }
    }

    @Test
    void from_inside_a_task_returns() {
      Weir weir = open();
      weir.tasks().run("close", weir::close);
      weir.close();
      ThreadCensus.awaitNoneOfOurs();
    }

    @Test
    void reports_what_a_drain_left_open() throws InterruptedException {
      Weir weir = open();
      var inside = new CountDownLatch(1);
      var leave = new CountDownLatch(1);
      Thread holder =
          Thread.ofVirtual()
              .start(
                  () ->
                      weir.connections()
                          .useSession(
                              _ -> {
                                inside.countDown();
                                awaitQuietly(leave);
                              }));
      inside.await();
      DrainReport report = weir.drain(Duration.ofMillis(50));
      assertThat(report.openSessions()).isOne();
      assertThat(report.isClean()).isFalse();
      leave.countDown();
      holder.join();
      assertThat(weir.drain(Duration.ofSeconds(10)).isClean()).isTrue();
      weir.close();
    }

    private static void awaitQuietly(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException interrupt) {
        throw new AssertionError(interrupt);
      }
    }
  }
}
