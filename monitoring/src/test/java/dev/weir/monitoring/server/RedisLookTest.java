package dev.weir.monitoring.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.RedisConfig;
import dev.weir.monitoring.finding.Finding.Severity;
import dev.weir.monitoring.finding.Findings;
import dev.weir.redis.Redis;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TcpProxy;
import io.lettuce.core.RedisCommandExecutionException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each trouble made for real, on a server of its own. */
@Timeout(120)
class RedisLookTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CANARY = "canary-4711";
  private static final String BLOCK = "x".repeat(10_000);

  private final SystemTasks system = SystemTasks.open();
  private final RedisServer server = RedisServer.builder().password(CANARY).start();
  private final Redis redis = redis(server.uri(), Duration.ofSeconds(5));
  private final RedisLook look = patient(redis);

  private Redis redis(String uri, Duration timeout) {
    return Redis.of(RedisConfig.defaults().uri(uri).timeout(timeout), system);
  }

  /** A busy machine is not what these tests are about. */
  private static RedisLook patient(Redis redis) {
    return new RedisLook(redis, Duration.ofSeconds(30));
  }

  @AfterEach
  void close() {
    redis.close();
    system.close();
    server.close();
  }

  private void set(String name, String value) {
    redis.sync().configSet(name, value);
  }

  private static void assertFine(Findings findings) {
    assertThat(findings.cause()).isEmpty();
    assertThat(findings.worst()).isEmpty();
  }

  private static void assertPoor(Findings findings, String cause, String mend) {
    assertThat(findings.cause()).contains(cause);
    assertThat(findings.mend()).contains(mend);
    assertThat(findings.worst()).contains(Severity.POOR);
  }

  @Test
  void a_server_at_rest_is_fine_and_opened_by_the_look() {
    assertThat(redis.isOpen()).isFalse();
    Findings findings = look.look();
    assertFine(findings);
    assertThat(findings.figures())
        .containsEntry("answer", "PONG")
        .containsEntry("role", "master")
        .containsEntry("maxmemory", "none")
        .containsEntry("disk", "ok")
        .containsKeys("version", "round trip", "memory", "clients");
    assertThat(redis.isOpen()).isTrue();
  }

  @Nested
  class A_server_that_is_away {

    @Test
    void is_broken_with_its_address_and_fine_when_it_is_back() {
      try (Redis hasty = redis(server.uri(), Duration.ofSeconds(1))) {
        RedisLook seen = patient(hasty);
        Await.until(PATIENCE, "it to answer", () -> seen.look().worst().isEmpty());
        server.kill();
        var missed = Optional.of(Severity.BROKEN);
        Await.until(PATIENCE, "it to be missed", () -> seen.look().worst().equals(missed));
        Findings findings = seen.look();
        assertThat(findings.cause()).contains("127.0.0.1:" + server.port()).doesNotContain(CANARY);
        assertThat(findings.mend()).contains("redis.uri");
        server.restart();
        Await.until(PATIENCE, "it to be back", () -> seen.look().worst().isEmpty());
      }
    }

    @Test
    void and_was_never_there_is_broken_and_names_the_setting() {
      server.close();
      Findings findings = look.look();
      assertThat(findings.worst()).contains(Severity.BROKEN);
      assertThat(findings.cause()).contains("WEIR_REDIS_URI").doesNotContain(CANARY);
    }
  }

  @Nested
  class Its_memory {

    @Test
    void that_fills_up_to_where_writes_are_refused_is_told_of() {
      assertFine(look.look());
      set("maxmemory", "8mb");
      int written = fill(2_000);
      assertThat(written).as("refused at last").isLessThan(2_000);
      assertPoor(look.look(), "% of maxmemory", "raise maxmemory (now 8 MiB)");
      set("maxmemory", "200mb");
      assertFine(look.look());
    }

    @Test
    void for_want_of_which_keys_are_evicted_is_told_of_once() {
      set("maxmemory-policy", "allkeys-lru");
      set("maxmemory", "8mb");
      assertFine(look.look());
      assertThat(fill(1_500)).isEqualTo(1_500);
      assertPoor(look.look(), "keys were evicted since the check before", "raise maxmemory");
      assertFine(look.look());
    }

    private int fill(int keys) {
      for (int i = 0; i < keys; i++) {
        try {
          redis.sync().set("key" + i, BLOCK);
        } catch (RedisCommandExecutionException full) {
          assertThat(full).hasMessageContaining("OOM");
          return i;
        }
      }
      return keys;
    }
  }

  @Nested
  class Its_disk {

    @Test
    void that_takes_no_snapshot_is_told_of() {
      String home = home();
      redis.sync().set("a", "1");
      set("dir", "/proc"); // where nobody can write
      redis.sync().bgsave();
      Await.until(PATIENCE, "the failure", () -> look.look().worst().isPresent());
      assertPoor(look.look(), "snapshot to disk failed; 1 changes", "CONFIG GET dir");
      set("dir", home);
      redis.sync().save();
      assertFine(look.look());
    }

    @Test
    void that_takes_no_append_only_file_is_told_of() {
      String home = home();
      set("appendonly", "yes");
      Await.until(PATIENCE, "its first file", () -> info("aof_rewrite_in_progress").equals("0"));
      set("dir", "/proc");
      redis.sync().bgrewriteaof();
      Await.until(PATIENCE, "the failure", () -> look.look().worst().isPresent());
      assertPoor(look.look(), "append-only file failed", "CONFIG GET dir");
      set("dir", home);
      redis.sync().bgrewriteaof();
      Await.until(PATIENCE, "it to be mended", () -> look.look().worst().isEmpty());
    }

    private String home() {
      return Objects.requireNonNull(redis.sync().configGet("dir").get("dir"));
    }

    private String info(String name) {
      return RedisInfo.of(redis.sync().info()).text(name);
    }
  }

  @Test
  void a_replica_that_has_lost_its_primary_is_told_of() throws IOException {
    int nobody;
    try (var free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    assertFine(look.look());
    redis.sync().replicaof("127.0.0.1", nobody);
    assertPoor(look.look(), "lost its primary 127.0.0.1:" + nobody, "primary runs");
    redis.sync().replicaofNoOne();
    assertFine(look.look());
  }

  @Test
  void connections_that_were_turned_away_are_told_of_once() throws IOException {
    assertFine(look.look());
    set("maxclients", "1");
    try (var one = new Socket(server.host(), server.port())) {
      one.setSoTimeout(20_000);
      assertThat(new String(one.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("max number of clients");
    }
    assertPoor(look.look(), "turned away 1 connections", "raise maxclients (now 1)");
    assertFine(look.look());
  }

  @Test
  void a_slow_answer_is_told_of() {
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port())) {
      String uri = "redis://:%s@%s:%d".formatted(CANARY, proxy.host(), proxy.port());
      try (Redis far = redis(uri, Duration.ofSeconds(5))) {
        var slow = new RedisLook(far);
        Await.until(PATIENCE, "a quick answer", () -> slow.look().worst().isEmpty());
        proxy.delay(Duration.ofMillis(300));
        assertPoor(slow.look(), "ms to answer PING", "SLOWLOG");
      }
    }
  }
}
