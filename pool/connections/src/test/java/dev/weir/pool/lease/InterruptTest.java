package dev.weir.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.Backends;
import dev.weir.pool.Crew;
import dev.weir.pool.Pools;
import dev.weir.pool.admission.OwnSockets;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

@RealServers
@Tag("faults")
class InterruptTest {

  private static final long SEED = 20_261_123;

  /** More by flag: -Dweir.interruptions=1000. */
  private static final int INTERRUPTS = Integer.getInteger("weir.interruptions", 400);

  private final TestDatabase database;
  private OwnSockets sockets;

  InterruptTest(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void open() {
    sockets = new OwnSockets(Pools.postgres(database));
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
      int pid = pid(connection);
      var running = new Running(() -> Pools.one(connection, "select 1 from pg_sleep(30)"));
      Backends.awaitActive(database, pid);
      running.interrupt();
      Running.Outcome outcome = running.outcome();
      assertThat(outcome.thrown())
          .hasMessageContaining("interrupted")
          .hasMessageContaining("connection is kept");
      assertThat(outcome.state()).isEqualTo("57014");
      assertThat(outcome.flag()).isTrue();
      assertThat(Pools.one(connection, "select pg_backend_pid()")).isEqualTo(pid);
    }
    assertThat(sockets.idle()).isOne();
  }

  @Test
  void refuses_a_statement_that_begins_with_the_flag_set_and_sends_nothing() throws Exception {
    try (var proxy = TcpProxy.to(database.server().host(), database.server().port())) {
      String url =
          "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), database.name());
      var own = new OwnSockets(Pools.postgres(database).url(url));
      try (Connection connection = own.lend()) {
        Pools.one(connection, "select 1");
        long sent = proxy.bytesToServer();
        Running.Outcome outcome =
            new Running(
                    () -> {
                      Thread.currentThread().interrupt();
                      return Pools.one(connection, "select 2");
                    })
                .outcome();
        assertThat(outcome.thrown()).hasMessageContaining("sent nothing");
        assertThat(outcome.state()).isEqualTo("57014");
        assertThat(outcome.flag()).isTrue();
        assertThat(proxy.bytesToServer()).isEqualTo(sent);
      }
      own.close();
    }
  }

  @Test
  void lets_commit_rollback_and_close_finish_with_the_flag_set() throws Exception {
    Connection connection = sockets.lend();
    int pid = pid(connection);
    Pools.run(connection, "create table kept (id int)");
    Running.Outcome outcome =
        new Running(
                () -> {
                  connection.setAutoCommit(false);
                  Pools.run(connection, "insert into kept values (1)");
                  Thread.currentThread().interrupt();
                  connection.commit();
                  boolean flag = Thread.interrupted();
                  Pools.run(connection, "insert into kept values (2)");
                  Thread.currentThread().interrupt();
                  connection.rollback();
                  flag &= Thread.interrupted();
                  connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                  Pools.run(connection, "insert into kept values (3)");
                  Thread.currentThread().interrupt();
                  connection.close();
                  assertThat(flag).isTrue();
                  return true;
                })
            .outcome();
    assertThat(outcome.thrown()).isNull();
    assertThat(outcome.flag()).isTrue();
    try (Connection next = sockets.lend()) {
      assertThat(pid(next)).isEqualTo(pid);
      assertThat(Pools.one(next, "select sum(id) from kept")).isOne();
    }
  }

  @Test
  void cuts_the_socket_if_the_server_does_not_answer_the_cancel() throws Exception {
    try (var proxy = TcpProxy.to(database.server().host(), database.server().port())) {
      String url =
          "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), database.name());
      var own = new OwnSockets(Pools.postgres(database).url(url));
      try (Connection connection = own.lend()) {
        var running = new Running(() -> Pools.one(connection, "select 1 from pg_sleep(30)"));
        Backends.awaitActive(database, pid(connection));
        proxy.blackHole();
        long start = System.nanoTime();
        running.interrupt();
        Running.Outcome outcome = running.outcome();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        assertThat(outcome.thrown()).hasMessageContaining("connection was closed");
        assertThat(outcome.state()).isEqualTo("08006");
        assertThat(outcome.flag()).isTrue();
      }
      assertThat(own.idle()).isZero();
      own.close();
    }
  }

  @Test
  void means_nothing_to_a_call_on_a_platform_thread() throws Exception {
    try (Connection connection = sockets.lend()) {
      Thread.currentThread().interrupt();
      assertThat(Pools.one(connection, "select 1 from pg_sleep(0.05)")).isOne();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void closes_a_socket_outside_of_our_calls_as_the_jdk_does() throws Exception {
    Connection connection = sockets.lend();
    PGConnection driver = connection.unwrap(PGConnection.class);
    var running = new Running(() -> driver.getNotifications(0));
    LockSupport.parkNanos(50_000_000);
    running.interrupt();
    assertThat(running.outcome().flag()).isTrue();
    connection.close();
    assertThat(sockets.idle()).isZero();
  }

  @Test
  void at_many_random_moments_costs_no_connection_and_hits_no_later_statement() throws Exception {
    System.out.printf("%d interrupts, seed %d%n", INTERRUPTS, SEED);
    var survived = new AtomicInteger();
    var stopped = new AtomicInteger();
    var longest = new LongAccumulator(Math::max, 0);
    try (Connection eye = database.dataSource().getConnection()) {
      Crew.repeat(
          INTERRUPTS,
          i -> {
            try (Connection connection = sockets.lend()) {
              int pid = pid(connection);
              Running running = begun(connection);
              LockSupport.parkNanos(new Random(SEED + i).nextInt(8_000_000));
              long start = System.nanoTime();
              running.interrupt();
              Running.Outcome outcome = running.outcome();
              longest.accumulate(System.nanoTime() - start);
              assertThat(outcome.flag()).isTrue();
              if (outcome.thrown() != null) {
                stopped.incrementAndGet();
                assertThat(outcome.state()).isEqualTo(connection.isClosed() ? "08006" : "57014");
              }
              if (!connection.isClosed()) {
                connection.rollback();
                assertThat(Backends.is(eye, pid, "idle")).isTrue();
                Pools.run(connection, "select pg_sleep(0.001)");
                assertThat(Pools.one(connection, "select pg_backend_pid()")).isEqualTo(pid);
                survived.incrementAndGet();
              }
            }
          });
    }
    FaultLog.note(
        "interrupts at random moments",
        "%d, connections survived %d, calls stopped %d, the slowest ended after %d ms",
        INTERRUPTS,
        survived.get(),
        stopped.get(),
        Duration.ofNanos(longest.get()).toMillis());
    assertThat(survived.get()).isGreaterThanOrEqualTo(INTERRUPTS * 99 / 100);
    assertThat(stopped.get()).isGreaterThan(INTERRUPTS / 2);
  }

  private static Running begun(Connection connection) throws InterruptedException {
    var ready = new CountDownLatch(1);
    var running =
        new Running(
            () -> {
              ready.countDown();
              return work(connection);
            });
    ready.await();
    return running;
  }

  private static int work(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    Pools.one(connection, "select 1");
    Pools.run(connection, "select pg_sleep(0.003)");
    connection.commit();
    return Pools.one(connection, "select 1 from pg_sleep(20)");
  }
}
