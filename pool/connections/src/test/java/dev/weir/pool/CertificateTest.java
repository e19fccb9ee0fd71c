package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PostgresConfig;
import dev.weir.pool.tls.Credential;
import dev.weir.pool.tls.Issuer;
import dev.weir.pool.tls.TlsServer;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.wire.Direction;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are not accepted, and TLS that stalls. */
@Tag("faults")
@TestInstance(Lifecycle.PER_CLASS)
class CertificateTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Issuer issuer = new Issuer("a test");
  private TlsServer server;

  @BeforeAll
  void start(@TempDir Path directory) throws SQLException {
    server = new TlsServer(directory, issuer);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void begin_with_good_ones() throws SQLException {
    Credential.replace(server.trusted(), issuer.certificatePem());
    server.show(issuer.server());
  }

  private PostgresConfig postgres() {
    return Pools.postgres(server.database()).url(server.url()).connectTimeout(PATIENCE);
  }

  private static ConnectionSettings settings(PostgresConfig postgres) {
    return OwnRole.settings(postgres, 0, 4);
  }

  @Test
  void of_the_server_that_ends_in_mid_life_harms_no_open_socket_and_is_named_with_its_mend()
      throws Exception {
    Instant end = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
    var logins = new Logins();
    try (var pools = Pools.open(settings(postgres()), logins);
        var load = Load.begin(pools, 1, c -> Pools.run(c, "select pg_sleep(0.002)"))) {
      Await.until(PATIENCE, "it is under way", () -> load.done() > 10);
      server.show(issuer.server(end));
      assertThatThrownBy(() -> pools.manager().rotate())
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("its certificate CN=127.0.0.1 ended at " + end)
          .hasMessageContaining("renew it on the server (ssl_cert_file)");
      try (var _ = Held.sessions(pools, 1)) {
        Await.until(PATIENCE, "its state says so", () -> says(pools, "ended at " + end));
      }
      int before = load.done();
      Await.until(PATIENCE, "the open socket goes on", () -> load.done() > before + 50);
      server.show(issuer.server());
      pools.manager().rotate();
      Await.until(
          PATIENCE,
          () -> "it is well again: " + pools.manager().snapshot().line(),
          () -> pools.manager().snapshot().cause().isEmpty());
      FaultLog.note(
          "certificate of the server ended in mid-life",
          "%,d sessions on open sockets, failed %d, logins refused %d",
          load.done(),
          load.failures().size(),
          logins.refused().size());
      assertThat(load.failures()).isEmpty();
    }
  }

  private static boolean says(Pools pools, String words) {
    PoolSnapshot now = pools.manager().snapshot();
    return now.state() == PoolState.DEGRADED && now.cause().contains(words);
  }

  @Test
  void callers_without_a_socket_are_told_at_once_and_served_soon_after_it_is_renewed()
      throws Exception {
    var logins = new Logins();
    try (var pools = Pools.open(settings(postgres()), logins)) {
      server.show(issuer.server(Instant.now().minusSeconds(1)));
      server.endAll();
      Await.until(
          PATIENCE, "a login is refused", () -> !works(pools) && !logins.refused().isEmpty());
      Await.until(PATIENCE, "all are told", () -> told(pools));
      server.show(issuer.server());
      long start = System.nanoTime();
      Await.until(PATIENCE, "it heals by itself", () -> works(pools));
      FaultLog.note(
          "renewed certificate without a word to the pool",
          "served again after %d ms, logins tried %d",
          (System.nanoTime() - start) / 1_000_000,
          logins.tries());
    }
  }

  private static boolean told(Pools pools) {
    try {
      pools.manager().useSession(_ -> {});
      return false;
    } catch (DatabaseUnavailableException told) {
      return String.valueOf(told.getMessage()).contains("its certificate CN=127.0.0.1 ended at");
    } catch (RuntimeException notYet) {
      return false;
    }
  }

  private static boolean works(Pools pools) {
    try {
      return pools.manager().<Integer, SQLException>withSession(c -> Pools.one(c, "select 1")) == 1;
    } catch (SQLException | RuntimeException notYet) {
      return false;
    }
  }

  @Test
  void of_an_issuer_whom_nobody_knows_is_refused_at_the_start_with_the_setting_to_check()
      throws SQLException {
    server.show(new Issuer("somebody else").server());
    assertThatThrownBy(() -> Pools.open(settings(postgres())))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("no issuer that sslrootcert of postgres.url names");
  }

  @Test
  void that_is_not_asked_for_before_the_connect_timeout_ends_the_login() {
    try (var proxy =
        TcpProxy.to(server.database().server().host(), server.database().server().port())) {
      proxy.drop(Direction.TO_CLIENT);
      assertCut(proxy, "silent after SSLRequest");
    }
  }

  @Test
  void that_comes_byte_by_byte_ends_the_login_at_the_connect_timeout_too() {
    try (var proxy =
        TcpProxy.to(server.database().server().host(), server.database().server().port())) {
      proxy.trickle(20);
      assertCut(proxy, "a handshake at 20 B/s");
    }
  }

  private void assertCut(TcpProxy proxy, String fault) {
    String url = Pools.url(proxy, server.database()) + server.url().replaceFirst("^[^?]*", "");
    Duration timeout = Duration.ofMillis(1_200);
    long start = System.nanoTime();
    assertThatThrownBy(() -> Pools.open(settings(postgres().url(url).connectTimeout(timeout))))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("could not be reached within 1200 ms");
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    FaultLog.note("TLS that stalls, " + fault, "cut after %d of 1200 ms", took.toMillis());
    assertThat(took).isBetween(timeout, timeout.plusSeconds(8));
  }
}
