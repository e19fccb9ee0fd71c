package dev.weir.testkit;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndOfTheJvmTest {
  private Process child;
  private List<ChildJvm.Server> servers;

  @BeforeEach
  void start() throws IOException {
    Map<String, String> here = Map.of("TMPDIR", System.getProperty("java.io.tmpdir"));
    child = ChildJvm.start(List.of(), ChildJvm.classPath(), here, "and Redis");
    servers = ChildJvm.servers(child);
    assertThat(servers).hasSize(2).allMatch(server -> Files.isDirectory(server.directory()));
    assertThat(servers.getLast().pids()).hasSizeGreaterThan(4).allMatch(PostgresServerTest::runs);
  }

  @AfterEach
  void end() throws InterruptedException {
    child.destroyForcibly().waitFor();
  }

  @Test
  void a_normal_exit_leaves_no_process_and_no_directory() throws Exception {
    child.getOutputStream().close();
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
    assertNothingLeft();
  }

  @Test
  void a_SIGTERM_leaves_no_process_and_no_directory() throws Exception {
    child.destroy();
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertNothingLeft();
  }

  @Test
  void what_a_kill_leaves_is_removed_by_the_next_JVM_that_starts_a_server() throws Exception {
    child.destroyForcibly().waitFor();
    assertThat(servers).allMatch(server -> Files.isDirectory(server.directory()));

    RedisServer.start().close();

    assertNothingLeft();
  }

  private void assertNothingLeft() {
    for (var server : servers) {
      assertThat(server.directory()).doesNotExist();
      Await.until(
          ofSeconds(5),
          () -> "the end of " + server.pids(),
          () -> server.pids().stream().noneMatch(PostgresServerTest::runs));
    }
  }
}
