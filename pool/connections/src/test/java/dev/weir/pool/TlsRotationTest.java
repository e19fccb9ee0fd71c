package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PostgresConfig;
import dev.weir.pool.tls.Credential;
import dev.weir.pool.tls.Issuer;
import dev.weir.pool.tls.TlsServer;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates, of the server and of the client, are replaced while work goes on. */
@Tag("faults")
class TlsRotationTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SECONDS = Integer.getInteger("weir.rotation.seconds", 4);
  private static final int EVERY_MS = Integer.getInteger("weir.rotation.every-ms", 1_000);

  private @TempDir Path directory;
  private Issuer issuer = new Issuer("first");
  private TlsServer server;
  private OwnRole role;

  @BeforeEach
  void start() throws SQLException {
    server = new TlsServer(directory, issuer);
    role = OwnRole.create(server.database(), "certified");
    server.demandCertificate(role.name(), issuer);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path clientFile() {
    return directory.resolve("client.p12");
  }

  private PostgresConfig postgres() {
    return role.postgres()
        .url(
            "%s&sslkey=%s&sslpassword=%s"
                .formatted(server.url(), clientFile(), Credential.PASSWORD));
  }

  /** How many connections were let in by another certificate than this. */
  private int backendsNotOf(Credential client) {
    try (Connection admin = server.database().dataSource().getConnection()) {
      return Pools.one(
          admin,
          "select count(*) from pg_stat_activity join pg_stat_ssl using (pid)"
              + " where usename = 'certified' and client_serial is distinct from "
              + client.certificate().getSerialNumber());
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  /**
   * An issuer whom nobody knew takes over on both sides: first each trusts both, then each shows
   * what the new one gave it, then the old one is trusted no more, so a login that succeeds is one
   * by the new ones.
   */
  private Credential takeOver(Pools pools, Load load, Issuer next) throws SQLException {
    Credential.replace(server.trusted(), issuer.certificatePem() + next.certificatePem());
    server.trustClientsOf(issuer, next);
    server.show(next.server());
    Credential client = next.client(role.name());
    client.replace(clientFile());
    Credential.replace(server.trusted(), next.certificatePem());
    server.trustClientsOf(next);
    Await.until(PATIENCE, "work is under way", () -> load.inside() > 0);
    pools.manager().rotate();
    issuer = next;
    return client;
  }

  @Test
  void under_load_fails_no_request_and_new_sockets_use_what_is_new() throws Exception {
    issuer.client(role.name()).replace(clientFile());
    int switches = 0;
    try (var pools = Pools.open(OwnRole.settings(postgres(), 2, 6));
        var load = Load.begin(pools, 20, c -> Pools.run(c, "select pg_sleep(0.004)"))) {
      long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      while (System.nanoTime() < end) {
        long next = System.nanoTime() + Duration.ofMillis(EVERY_MS).toNanos();
        Credential client = takeOver(pools, load, new Issuer("issuer " + ++switches));
        Await.until(PATIENCE, "the old ones go", () -> backendsNotOf(client) == 0);
        Await.until(PATIENCE, "it is time", () -> System.nanoTime() - next > 0);
      }
      FaultLog.note(
          "TLS certificates and issuers of both sides replaced under load",
          "%d times in %d s, %,d sessions, failed %d",
          switches,
          SECONDS,
          load.done(),
          load.failures().size());
      assertThat(load.failures()).isEmpty();
      assertThat(load.done()).isPositive();
    }
  }
}
