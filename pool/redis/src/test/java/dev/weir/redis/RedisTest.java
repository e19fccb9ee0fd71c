package dev.weir.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.RedisConfig;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TcpProxy;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RealServers
@Tag("faults")
class RedisTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SystemTasks system = SystemTasks.open();

  @AfterEach
  void close() {
    system.close();
  }

  private Redis redis(String uri) {
    return Redis.of(RedisConfig.defaults().uri(uri).timeout(Duration.ofSeconds(2)), system);
  }

  @Test
  void keeps_and_gives_back(RedisServer server) throws Exception {
    try (Redis redis = redis(server.uri())) {
      redis.sync().set("k", "v");
      assertThat(redis.sync().get("k")).isEqualTo("v");
      assertThat(redis.async().get("k").get()).isEqualTo("v");
      assertThat(redis.target()).isEqualTo(server.host() + ":" + server.port() + "/0");
    }
  }

  @Test
  void is_opened_on_first_use_and_only_once_by_a_thousand_threads(RedisServer server)
      throws Exception {
    try (var proxy = TcpProxy.to(server.host(), server.port());
        Redis redis = redis("redis://%s:%d".formatted(proxy.host(), proxy.port()));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(redis.isConfigured()).isTrue();
      assertThat(redis.isOpen()).isFalse();
      assertThat(proxy.connectionsOpened()).isZero();
      var go = new CountDownLatch(1);
      var answers = new ArrayList<Future<String>>();
      for (int i = 0; i < 1_000; i++) {
        answers.add(
            threads.submit(
                () -> {
                  go.await();
                  return redis.sync().ping();
                }));
      }
      go.countDown();
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("PONG");
      }
      assertThat(redis.isOpen()).isTrue();
      assertThat(proxy.connectionsOpened()).isOne();
    }
  }

  @Test
  void says_what_to_set_when_it_is_not_configured() {
    try (Redis redis = Redis.of(RedisConfig.defaults(), system)) {
      assertThat(redis.isConfigured()).isFalse();
      assertThatThrownBy(redis::sync)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("WEIR_REDIS_URI");
    }
  }

  @Test
  void that_is_not_there_is_named_with_its_setting_and_never_its_password() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (Redis redis = redis("redis://:canary-5tZ@127.0.0.1:" + port)) {
      assertThatThrownBy(redis::sync)
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("127.0.0.1:" + port)
          .hasMessageContaining("redis.uri")
          .satisfies(
              no -> {
                var all = new StringWriter();
                no.printStackTrace(new PrintWriter(all));
                assertThat(all.toString()).doesNotContain("canary-5tZ");
              });
    }
  }

  @Test
  void that_refuses_the_password_says_so() {
    try (var server = RedisServer.builder().password("right").start();
        Redis redis = redis("redis://:canary-8wR@%s:%d".formatted(server.host(), server.port()))) {
      assertThatThrownBy(redis::sync)
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("refused the login (WRONGPASS")
          .hasMessageContaining("redis.uri")
          .hasMessageNotContaining("canary-8wR");
    }
  }

  @Test
  void that_was_away_at_first_is_found_when_asked_again() {
    try (var server = RedisServer.start();
        Redis redis = redis(server.uri())) {
      server.kill();
      assertThatThrownBy(redis::sync).isInstanceOf(RedisUnavailableException.class);
      server.restart();
      assertThat(redis.sync().ping()).isEqualTo("PONG");
    }
  }

  @Test
  void that_is_killed_fails_by_type_and_answers_again_after_its_restart() {
    try (var server = RedisServer.start();
        Redis redis = redis(server.uri())) {
      assertThat(redis.sync().ping()).isEqualTo("PONG");
      server.kill();
      assertThatThrownBy(() -> redis.sync().ping()).isInstanceOf(RedisException.class);
      server.restart();
      Await.until(PATIENCE, "Redis answers again", () -> answers(redis));
    }
  }

  private static boolean answers(Redis redis) {
    try {
      return redis.sync().ping().equals("PONG");
    } catch (RedisException _) {
      return false;
    }
  }

  @Test
  void may_be_closed_twice_and_refuses_use_after_that(RedisServer server) {
    Redis redis = redis(server.uri());
    assertThat(redis.sync().ping()).isEqualTo("PONG");
    redis.close();
    redis.close();
    assertThat(redis.isOpen()).isFalse();
    assertThatThrownBy(redis::sync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after close");
  }
}
