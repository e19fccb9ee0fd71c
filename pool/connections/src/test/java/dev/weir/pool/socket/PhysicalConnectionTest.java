package dev.weir.pool.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.pool.Backends;
import dev.weir.pool.Pools;
import dev.weir.pool.admission.Quiet;
import dev.weir.pool.line.CallKind;
import dev.weir.pool.line.Line;
import dev.weir.pool.line.Watchdog;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** What the pool itself asks of a socket takes no longer than it is given. */
@RealServers
@Tag("faults")
class PhysicalConnectionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final SystemTasks system = SystemTasks.open();
  private final Watchdog watchdog = Watchdog.open(system);
  private TestDatabase database;
  private TcpProxy proxy;
  private PhysicalConnection connection;

  @BeforeEach
  void open(TestDatabase fresh) throws SQLException {
    database = fresh;
    proxy = TcpProxy.to(database.server().host(), database.server().port());
    String url =
        "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), database.name());
    connection =
        new PostgresSource(Pools.postgres(database).url(url), new Quiet(), watchdog).connect();
  }

  @AfterEach
  void close() {
    connection.abort();
    proxy.close();
    watchdog.close();
    system.close();
  }

  private static Duration timed(Runnable call) {
    long start = System.nanoTime();
    call.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void says_that_it_lives_and_stays_open() {
    assertThat(connection.isAlive(PATIENCE)).isTrue();
    assertThat(connection.isGone()).isFalse();
  }

  @Test
  void is_not_alive_and_cut_if_the_server_does_not_answer_in_time() {
    proxy.blackHole();
    assertThat(timed(() -> assertThat(connection.isAlive(SHORT)).isFalse()))
        .isBetween(SHORT, SHORT.plusSeconds(1));
    Await.until(PATIENCE, "the socket is cut", connection::isGone);
  }

  @Test
  void is_not_alive_if_another_call_does_not_leave_it_in_time() throws Exception {
    Line line = Objects.requireNonNull(connection.line());
    var sleeping =
        new FutureTask<>(
            () -> {
              line.begin(CallKind.STATEMENT, Line.UNBOUNDED);
              Throwable end =
                  catchThrowable(() -> Pools.run(connection.jdbc(), "select pg_sleep(6)"));
              line.end();
              return end;
            });
    int pid = connection.jdbc().unwrap(PGConnection.class).getBackendPID();
    Thread.ofVirtual().start(sleeping);
    Backends.awaitActive(database, pid);
    assertThat(timed(() -> assertThat(connection.isAlive(SHORT)).isFalse()))
        .isBetween(SHORT, SHORT.plusSeconds(2));
    connection.abort();
    sleeping.get();
  }

  @Test
  void is_cut_if_the_goodbye_finds_no_room_on_the_way() throws Exception {
    Pools.run(connection.jdbc(), "create table filled (line text)");
    CopyIn copy =
        connection.jdbc().unwrap(PGConnection.class).getCopyAPI().copyIn("copy filled from stdin");
    proxy.blackHole();
    var written = new AtomicLong();
    var writing = new FutureTask<>(() -> catchThrowable(() -> fillUp(copy, written)));
    Thread writer = Thread.ofVirtual().start(writing);
    var last = new AtomicLong();
    Await.until(
        PATIENCE,
        () -> "no byte more to go out after " + written,
        () ->
            last.getAndSet(written.get()) == written.get()
                && written.get() > 0
                && writer.getState() == Thread.State.WAITING);
    assertThat(timed(connection::quit)).isLessThan(Duration.ofSeconds(4));
    assertThat(writing.get()).isInstanceOf(SQLException.class);
  }

  private static void fillUp(CopyIn copy, AtomicLong written) throws SQLException {
    byte[] lines = "x\n".repeat(32_768).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    while (true) {
      copy.writeToCopy(lines, 0, lines.length);
      written.addAndGet(lines.length);
    }
  }
}
