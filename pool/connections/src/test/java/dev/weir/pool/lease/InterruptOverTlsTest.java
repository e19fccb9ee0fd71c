package dev.weir.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.Backends;
import dev.weir.pool.Pools;
import dev.weir.pool.admission.OwnSockets;
import dev.weir.pool.tls.TlsServer;
import dev.weir.testkit.FaultLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** The shield stands below the encryption, so an interrupt costs no TLS connection either. */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("faults")
class InterruptOverTlsTest {

  private static final long SEED = 20_261_124;

  /** More by flag: -Dweir.interrupts=200. */
  private static final int INTERRUPTS = Integer.getInteger("weir.interrupts", 80);

  private TlsServer server;
  private OwnSockets sockets;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = new TlsServer(directory);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    sockets = new OwnSockets(Pools.postgres(server.database()).url(server.url()));
  }

  @AfterEach
  void close() {
    assertThat(sockets.inUse()).isZero();
    sockets.close();
  }

  private static int pid(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID();
  }

  @Test
  void ends_the_statement_and_keeps_connection_and_flag() throws Exception {
    try (Connection connection = sockets.lend()) {
      assertThat(
              Pools.one(
                  connection,
                  "select count(*) from pg_stat_ssl where ssl and pid = pg_backend_pid()"))
          .isOne();
      int pid = pid(connection);
      var running = new Running(() -> Pools.one(connection, "select 1 from pg_sleep(30)"));
      Backends.awaitActive(server.database(), pid);
      running.interrupt();
      Running.Outcome outcome = running.outcome();
      assertThat(outcome.thrown()).hasMessageContaining("connection is kept");
      assertThat(outcome.state()).isEqualTo("57014");
      assertThat(outcome.flag()).isTrue();
      assertThat(Pools.one(connection, "select pg_backend_pid()")).isEqualTo(pid);
    }
    assertThat(sockets.idle()).isOne();
  }

  @Test
  void at_many_random_moments_costs_no_connection() throws Exception {
    var random = new Random(SEED);
    int survived = 0;
    int stopped = 0;
    for (int i = 0; i < INTERRUPTS; i++) {
      try (Connection connection = sockets.lend()) {
        int pid = pid(connection);
        var ready = new CountDownLatch(1);
        var running =
            new Running(
                () -> {
                  ready.countDown();
                  // Rows of many TLS records, so that some interrupts fall between two of them.
                  Pools.run(connection, "select repeat('x', 1000) from generate_series(1, 2000)");
                  return Pools.one(connection, "select 1 from pg_sleep(20)");
                });
        ready.await();
        LockSupport.parkNanos(random.nextInt(12_000_000));
        running.interrupt();
        Running.Outcome outcome = running.outcome();
        assertThat(outcome.flag()).isTrue();
        stopped += outcome.state().equals("57014") ? 1 : 0;
        if (!connection.isClosed() && Pools.one(connection, "select pg_backend_pid()") == pid) {
          survived++;
        }
      }
    }
    FaultLog.note(
        "interrupts at random moments, over TLS",
        "%d, connections survived %d, calls stopped %d (seed %d)",
        INTERRUPTS,
        survived,
        stopped,
        SEED);
    // Where a busy machine stalls the server for longer than the grace, a socket is cut, rightly.
    assertThat(survived).isGreaterThanOrEqualTo(INTERRUPTS * 95 / 100);
    assertThat(stopped).isGreaterThan(INTERRUPTS / 2);
  }

  @Test
  void cuts_the_socket_in_the_grace_if_the_server_stands_still() throws Exception {
    try (Connection connection = sockets.lend()) {
      var running = new Running(() -> Pools.one(connection, "select 1 from pg_sleep(30)"));
      Backends.awaitActive(server.database(), pid(connection));
      server.pause();
      long start = System.nanoTime();
      running.interrupt();
      Running.Outcome outcome = running.outcome();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
      assertThat(outcome.state()).isEqualTo("08006");
      assertThat(outcome.flag()).isTrue();
    } finally {
      server.resume();
    }
    assertThat(sockets.idle()).isZero();
  }
}
