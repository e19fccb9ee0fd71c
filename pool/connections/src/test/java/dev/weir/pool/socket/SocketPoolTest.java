package dev.weir.pool.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.pool.Access;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.DatabaseUnavailableException;
import dev.weir.pool.Held;
import dev.weir.pool.PoolSnapshot;
import dev.weir.pool.PoolState;
import dev.weir.pool.Pools;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The sockets behind the gate: opened on demand, never waited for, replaced when lost. */
@Tag("faults")
class SocketPoolTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static PostgresServer server;

  private TestDatabase database;
  private TcpProxy proxy;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    database = server.freshDatabase();
    proxy = TcpProxy.to(server.host(), server.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    database.close();
  }

  private Pools open(int min, int max) {
    PostgresConfig postgres =
        Pools.postgres(database)
            .url(Pools.url(proxy, database))
            .connectTimeout(Duration.ofSeconds(1));
    return Pools.open(
        new ConnectionSettings(
            postgres,
            new PoolConfig(min, max, PATIENCE),
            Map.of("interactive", LaneConfig.open(), "batch", LaneConfig.open()),
            RedisConfig.defaults(),
            null));
  }

  private static void await(Pools pools, PoolState state) {
    Await.until(
        PATIENCE,
        () -> "the pool to be " + state + ", but " + pools.manager().snapshot().line(),
        () -> pools.manager().snapshot().state() == state);
  }

  @Test
  void keeps_the_least_open_and_opens_more_only_on_demand() throws Exception {
    try (var pools = open(2, 6)) {
      await(pools, PoolState.HEALTHY);
      assertThat(pools.manager().snapshot().connections()).isEqualTo(2);
      try (var _ = Held.sessions(pools, 5)) {
        PoolSnapshot busy = pools.manager().snapshot();
        assertThat(busy.connections()).isBetween(5, 6);
        assertThat(busy.gate().inUse()).isEqualTo(5);
      }
      Await.until(PATIENCE, "all are idle", () -> idleAll(pools));
    }
  }

  private static boolean idleAll(Pools pools) {
    PoolSnapshot now = pools.manager().snapshot();
    return now.idle() == now.connections() && now.gate().supply() == now.connections();
  }

  @Test
  void a_caller_whose_socket_never_comes_is_told_at_its_deadline() throws Exception {
    try (var pools = open(0, 3);
        var _ = Held.sessions(pools, 1)) {
      proxy.blackHole();
      long start = System.nanoTime();
      assertThatThrownBy(
              () ->
                  pools
                      .manager()
                      .useSession(Access.readWrite().deadline(Duration.ofMillis(200)), _ -> {}))
          .isInstanceOf(AdmissionRejectedException.class);
      // Far less than the connect timeout: it waited at the gate, not inside a connect.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
    }
  }

  @Test
  void one_connect_that_hangs_holds_up_no_other() throws Exception {
    try (var pools = open(0, 4)) {
      var first = Held.sessions(pools, 1);
      proxy.blackHole();
      Thread waiting = Thread.ofVirtual().start(() -> pools.manager().useSession(_ -> {}));
      Await.until(PATIENCE, "it waits", () -> pools.manager().snapshot().gate().queued() == 1);
      first.close(); // the first socket is passed on while the second one hangs
      waiting.join();
    }
  }

  @Test
  void a_broken_pool_says_why_and_since_when_and_heals_by_itself() throws Exception {
    try (var pools = open(1, 4)) {
      await(pools, PoolState.HEALTHY);
      Instant before = Instant.now();
      server.kill();
      assertThatThrownBy(() -> pools.manager().useSession(c -> Pools.one(c, "select 1")))
          .isInstanceOfAny(SQLException.class, DatabaseUnavailableException.class);
      await(pools, PoolState.DEGRADED);
      PoolSnapshot broken = pools.manager().snapshot();
      assertThat(broken.cause()).contains("no socket can be opened");
      assertThat(broken.since()).isAfterOrEqualTo(before);
      long start = System.nanoTime();
      assertThatThrownBy(() -> pools.manager().useSession(_ -> {}))
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("postgres.url");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
      server.restart();
      await(pools, PoolState.HEALTHY);
      assertThat(pools.manager().<Integer, SQLException>withSession(c -> Pools.one(c, "select 1")))
          .isOne();
    }
  }

  @Test
  void sockets_that_died_while_idle_are_replaced_before_a_caller_gets_one() throws Exception {
    try (var pools = open(0, 4)) {
      Held.sessions(pools, 4).close();
      proxy.cut();
      Await.until(PATIENCE, "none is trusted blindly", this::someTicksHavePassed);
      for (int i = 0; i < 8; i++) {
        assertThat(
                pools.manager().<Integer, SQLException>withSession(c -> Pools.one(c, "select 1")))
            .isOne();
      }
    }
  }

  private long ticksFrom;

  private boolean someTicksHavePassed() {
    ticksFrom = ticksFrom == 0 ? System.nanoTime() : ticksFrom;
    return System.nanoTime() - ticksFrom > Duration.ofMillis(1_100).toNanos();
  }

  @Test
  void ten_thousand_callers_on_a_cold_pool_all_get_their_turn() throws Exception {
    var failed = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    try (var pools = open(0, 8)) {
      for (int i = 0; i < 10_000; i++) {
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        pools.manager().useSession(_ -> {});
                      } catch (RuntimeException failure) {
                        failed.incrementAndGet();
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failed).hasValue(0);
      PoolSnapshot after = pools.manager().snapshot();
      assertThat(after.gate().inUse()).isZero();
      assertThat(after.connections()).isBetween(1, 8);
    }
  }
}
