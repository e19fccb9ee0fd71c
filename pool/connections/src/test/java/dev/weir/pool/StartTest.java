package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PostgresConfig;
import dev.weir.config.Secret;
import dev.weir.testkit.PostgresArchive;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RealServers
@Tag("faults")
class StartTest {

  private static final String CANARY = "canary-9Q7x";

  private final TestDatabase database;

  StartTest(TestDatabase database) {
    this.database = database;
  }

  private ConnectionSettings with(PostgresConfig postgres) {
    ConnectionSettings usual = Pools.settings(database, 4);
    return new ConnectionSettings(postgres, usual.pool(), usual.lanes(), usual.redis(), null);
  }

  private static void assertRefused(ThrowingCallable start, String... words) {
    assertThatThrownBy(start)
        .isInstanceOf(DatabaseUnavailableException.class)
        .satisfies(
            no -> {
              assertThat(no.getMessage()).contains(words);
              var all = new StringWriter();
              no.printStackTrace(new PrintWriter(all));
              assertThat(all.toString()).doesNotContain(CANARY);
            });
  }

  private PostgresConfig hurried() {
    return Pools.postgres(database)
        .password(Secret.of(CANARY))
        .connectTimeout(Duration.ofSeconds(1));
  }

  @Test
  void against_a_closed_port_fails_with_host_port_and_setting() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/orders";
    assertRefused(
        () -> Pools.open(with(hurried().url(url))),
        "127.0.0.1:" + port,
        "postgres.url",
        "postgres.connect-timeout");
  }

  @Test
  void against_a_server_that_accepts_and_says_nothing_fails_in_the_connect_timeout() {
    PostgresServer server = database.server();
    try (var proxy = TcpProxy.to(server.host(), server.port())) {
      proxy.blackHole();
      String url = "jdbc:postgresql://%s:%d/x".formatted(proxy.host(), proxy.port());
      long start = System.nanoTime();
      assertRefused(() -> Pools.open(with(hurried().url(url))), "within 1000 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void with_a_wrong_password_names_the_login_and_never_the_password() {
    assertRefused(
        () -> Pools.open(with(hurried())),
        "refused the login of user '" + database.user() + "' (28P01)",
        "postgres.password");
  }

  @Test
  void with_the_login_in_the_url_alone_works() throws SQLException {
    String url =
        "%s?user=%s&password=%s"
            .formatted(database.jdbcUrl(), database.user(), database.password());
    try (var pools = Pools.open(with(PostgresConfig.defaults().url(url)))) {
      int one = pools.manager().withSession(c -> Pools.one(c, "select 1"));
      assertThat(one).isOne();
    }
  }

  @Test
  void with_a_wrong_password_in_the_url_never_shows_it() {
    String url = "%s?user=%s&password=%s".formatted(database.jdbcUrl(), database.user(), CANARY);
    assertRefused(() -> Pools.open(with(PostgresConfig.defaults().url(url))), "28P01");
  }

  @Test
  void with_a_password_file_that_has_gone_says_which_setting_to_check() {
    var gone = Pools.postgres(database).password(Secret.file(Path.of("gone", "secret")));
    assertRefused(() -> Pools.open(with(gone)), "postgres.password-file");
  }

  @Test
  void against_a_database_that_is_not_there_says_so() {
    String url = database.jdbcUrl().replace(database.name(), "nowhere");
    assertRefused(
        () -> Pools.open(with(Pools.postgres(database).url(url))), "no such database (3D000)");
  }

  @Test
  void against_a_server_that_is_too_old_names_both_versions() throws IOException {
    try (var jars = Files.list(Path.of("target", "old-postgres"))) {
      Path jar = jars.findFirst().orElseThrow();
      try (var old = PostgresServer.builder().archive(PostgresArchive.inJar(jar)).start()) {
        var postgres =
            PostgresConfig.defaults()
                .url(old.jdbcUrl("postgres"))
                .user(old.user())
                .password(Secret.of(old.password()));
        assertRefused(() -> Pools.open(with(postgres)), "version 1", "needs 14 or newer");
      }
    }
  }

  @Test
  void without_any_server_configured_says_what_to_set() {
    assertThatThrownBy(() -> Pools.open(with(PostgresConfig.defaults())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("WEIR_POSTGRES_URL");
  }

  @Test
  void serves_a_thousand_threads_that_come_at_once_with_no_more_sockets_than_allowed()
      throws Exception {
    Set<Integer> backends = ConcurrentHashMap.newKeySet();
    var go = new CountDownLatch(1);
    try (var pools = Pools.open(Pools.settings(database, 4));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new java.util.ArrayList<Future<Integer>>();
      for (int i = 0; i < 1_000; i++) {
        answers.add(threads.submit(() -> backend(pools, go, backends)));
      }
      go.countDown();
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isPositive();
      }
      assertThat(pools.manager().snapshot().gate().inUse()).isZero();
    }
    assertThat(backends).hasSizeBetween(1, 5);
  }

  private static int backend(Pools pools, CountDownLatch go, Set<Integer> backends)
      throws InterruptedException, SQLException {
    go.await();
    int pid = pools.manager().withSession(c -> Pools.one(c, "select pg_backend_pid()"));
    backends.add(pid);
    return pid;
  }
}
