package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.process.RedisWire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RedisServerTest {
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @Nested
  class A_server_of_ones_own {

    @Test
    void keeps_what_it_is_told_until_it_is_flushed() {
      call(server, "SET", "k", "v");
      assertThat(call(server, "EXISTS", "k")).isEqualTo("1");
      server.flush();
      assertThat(call(server, "EXISTS", "k")).isEqualTo("0");
    }

    @Test
    void tells_its_address() {
      assertThat(server.uri()).isEqualTo("redis://127.0.0.1:" + server.port());
    }
  }

  @Nested
  class A_server_with_a_password {

    @Test
    void lets_in_who_knows_it_and_nobody_else() {
      try (var guarded = RedisServer.builder().password("s3cr:t").start()) {
        assertThat(call(guarded, "PING")).isEqualTo("PONG");
        String without = "redis://127.0.0.1:" + guarded.port();
        assertThatThrownBy(() -> call(without, "PING")).hasMessageContaining("NOAUTH");
        String wrong = "redis://:wrong@127.0.0.1:" + guarded.port();
        assertThatThrownBy(() -> call(wrong, "PING")).hasMessageContaining("WRONGPASS");
      }
    }
  }

  @Nested
  class A_killed_server {

    @Test
    void is_down_and_comes_back_empty_on_the_same_port() {
      call(server, "SET", "k", "v");
      List<Long> pids = server.pids();

      server.kill();

      assertThat(pids).isNotEmpty().noneMatch(PostgresServerTest::runs);
      assertRefused(server.port());
      server.restart();
      assertThat(call(server, "EXISTS", "k")).isEqualTo("0");
    }

    @Test
    void comes_back_with_its_data_if_it_is_durable() {
      try (var durable = RedisServer.builder().durable().start()) {
        call(durable, "SET", "k", "v");
        durable.kill();
        durable.restart();
        assertThat(call(durable, "EXISTS", "k")).isEqualTo("1");
      }
    }
  }

  @Nested
  class A_paused_server {

    @Test
    void answers_nothing_until_it_is_resumed() {
      server.pause();
      try {
        assertThatThrownBy(() -> call(server, "PING"))
            .isInstanceOf(UncheckedIOException.class)
            .hasCauseInstanceOf(SocketTimeoutException.class);
      } finally {
        server.resume();
      }
      assertThat(call(server, "PING")).isEqualTo("PONG");
    }
  }

  @Nested
  class A_closed_server {

    @Test
    void leaves_no_process_no_port_and_no_directory() {
      var shortLived = RedisServer.start();
      List<Long> pids = shortLived.pids();
      Path directory = shortLived.directory();
      assertThat(directory).isDirectory();
      shortLived.close();
      shortLived.close();
      assertThat(pids).isNotEmpty().noneMatch(PostgresServerTest::runs);
      assertThat(directory).doesNotExist();
      assertRefused(shortLived.port());
    }
  }

  @Test
  void a_server_that_cannot_start_says_what_Redis_wrote() {
    var setup = RedisServer.builder().setting("no-such-setting", "1");
    assertThatThrownBy(setup::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such-setting");
  }

  private static void assertRefused(int port) {
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(IOException.class);
  }

  private static String call(RedisServer server, String... command) {
    return call(server.uri(), command);
  }

  private static String call(String uri, String... command) {
    return RedisWire.of(URI.create(uri)).call(command);
  }
}
