package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigLoader;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.monitoring.Health;
import dev.weir.pool.DatabaseUnavailableException;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@RealServers
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
          .hasMessageContaining("127.0.0.1:" + port);
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
          .hasMessageContaining("licence");
      ThreadCensus.awaitNoneOfOurs();
    }
  }

  @Nested
  class Closing {

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
