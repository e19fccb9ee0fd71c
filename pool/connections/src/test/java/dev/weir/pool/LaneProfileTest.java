package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.LaneConfig;
import dev.weir.config.LaneConfig.Guards;
import dev.weir.config.LaneConfig.Shedding;
import dev.weir.config.PoolConfig;
import dev.weir.config.RedisConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What a lane's profile does to its sessions, as the server sees it. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
@Tag("faults")
class LaneProfileTest {

  private static final Duration MCP = Duration.ofMillis(200);

  private static final LaneConfig MODELS =
      LaneConfig.open()
          .reserved(1)
          .weight(4)
          .deadline(MCP)
          .guards(Guards.none().statementTimeout(Duration.ofMillis(150)));

  private static final Map<String, LaneConfig> LANES =
      Map.of(
          "interactive",
          LaneConfig.open(),
          "watched",
          LaneConfig.open()
              .guards(
                  new Guards(Duration.ofMillis(150), Duration.ofMillis(70), Duration.ofSeconds(5))),
          "reports",
          LaneConfig.open().readOnly(true),
          "hurried",
          LaneConfig.open().deadline(Duration.ofMillis(300)),
          "no-queue",
          LaneConfig.open().queueBound(0).shed(Shedding.off()),
          "batch",
          LaneConfig.open(),
          "mcp",
          MODELS);

  private TestDatabase database;
  private TcpProxy proxy;
  private Pools pools;
  private UnifiedConnectionManager one;

  @BeforeAll
  void open(TestDatabase database) {
    this.database = database;
    proxy = TcpProxy.to(database.server().host(), database.server().port());
    pools = Pools.open(settings(1, Map.of()));
    one = pools.manager();
  }

  @AfterAll
  void close() {
    pools.close();
    proxy.close();
  }

  /** All lanes on one connection through the proxy, but for the lanes that are given. */
  private ConnectionSettings settings(int max, Map<String, LaneConfig> others) {
    var lanes = new HashMap<>(LANES);
    lanes.put("mcp", MODELS.reserved(0));
    lanes.putAll(others);
    String url =
        "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), database.name());
    return new ConnectionSettings(
        Pools.postgres(database).url(url),
        new PoolConfig(1, max, Duration.ofSeconds(20)),
        lanes,
        RedisConfig.defaults(),
        null);
  }

  private static String setting(Connection connection, String name) throws SQLException {
    try (var statement =
        connection.prepareStatement("select setting from pg_settings where name = ?")) {
      statement.setString(1, name);
      var rows = statement.executeQuery();
      rows.next();
      return rows.getString(1);
    }
  }

  private List<String> guards(String lane) throws SQLException {
    return one.withSession(
        Access.readWrite().lane(lane),
        c ->
            List.of(
                setting(c, "statement_timeout"),
                setting(c, "lock_timeout"),
                setting(c, "idle_in_transaction_session_timeout")));
  }

  @Test
  void its_guards_stand_in_the_servers_settings_and_go_with_the_lane() throws SQLException {
    assertThat(guards("watched")).containsExactly("150", "70", "5000");
    assertThat(guards("interactive")).containsExactly("0", "0", "0");
    assertThat(guards("watched")).containsExactly("150", "70", "5000");
  }

  @Test
  void its_guards_are_sent_only_when_the_connections_last_lane_had_others() throws SQLException {
    Access watched = Access.readWrite().lane("watched");
    one.useSession(watched, c -> Pools.one(c, "select 1"));
    long start = proxy.bytesToServer();
    one.useSession(watched, _ -> {});
    assertThat(proxy.bytesToServer()).isEqualTo(start);
    one.useSession(_ -> {});
    assertThat(proxy.bytesToServer()).isGreaterThan(start);
    long told = proxy.bytesToServer();
    one.useSession(Access.readWrite().lane("batch"), _ -> {});
    assertThat(proxy.bytesToServer()).as("lanes with the same guards").isEqualTo(told);
  }

  @Test
  void a_connection_that_has_the_guards_already_is_preferred() throws Exception {
    try (var two = Pools.open(settings(2, Map.of()))) {
      UnifiedConnectionManager manager = two.manager();
      Access watched = Access.readWrite().lane("watched");
      // Both sockets are open, one of each kind; the unwatched one came back last.
      int first =
          manager.withSession(
              watched,
              a -> {
                try (Connection b = manager.dataSource().getConnection()) {
                  Pools.one(b, "select 1");
                }
                return Pools.one(a, "select pg_backend_pid()");
              });
      manager.useSession(b -> Pools.one(b, "select 1"));
      int again = manager.withSession(watched, c -> Pools.one(c, "select pg_backend_pid()"));
      assertThat(again).isEqualTo(first);
    }
  }

  @Test
  void the_server_cuts_a_statement_at_the_lanes_share() {
    assertThatThrownBy(
            () ->
                one.useSession(
                    Access.readWrite().lane("watched"), c -> Pools.run(c, "select pg_sleep(5)")))
        .isInstanceOfSatisfying(
            SQLException.class, cut -> assertThat(cut.getSQLState()).isEqualTo("57014"));
  }

  @Test
  void a_read_only_lane_is_kept_from_writing_by_the_server() {
    assertThatThrownBy(
            () ->
                one.useSession(
                    Access.readWrite().lane("reports"), c -> Pools.run(c, "create table t ()")))
        .isInstanceOfSatisfying(
            SQLException.class, no -> assertThat(no.getSQLState()).isEqualTo("25006"));
  }

  @Test
  void its_deadline_bounds_the_wait_also_of_a_caller_who_names_a_longer_one() throws SQLException {
    Access patient = Access.readWrite().lane("hurried").deadline(Duration.ofMinutes(1));
    try (Connection _ = one.dataSource().getConnection()) {
      assertThatThrownBy(() -> one.useSession(patient, _ -> {}))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              no -> assertThat(no.reason()).isEqualTo(Reason.DEADLINE));
    }
  }

  @Test
  void its_deadline_cuts_the_statements_of_a_data_source_too() throws SQLException {
    try (Connection connection =
        one.dataSource(Access.readWrite().lane("hurried")).getConnection()) {
      assertThatThrownBy(() -> Pools.run(connection, "select pg_sleep(5)"))
          .isInstanceOf(SQLTimeoutException.class)
          .hasMessageContaining("hurried");
    }
    assertThat(one.<Integer, SQLException>withSession(c -> Pools.one(c, "select 1"))).isOne();
  }

  @Test
  void a_queue_bound_of_zero_means_never_wait() throws SQLException {
    try (Connection _ = one.dataSource().getConnection()) {
      assertThatThrownBy(() -> one.useSession(Access.readWrite().lane("no-queue"), _ -> {}))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              no -> {
                assertThat(no.reason()).isEqualTo(Reason.QUEUE_FULL);
                assertThat(no.lane()).isEqualTo("no-queue");
              });
    }
  }

  /** Row G17: 200 ms end to end at p99 while batch has taken all it can get. */
  @Test
  void the_lane_for_models_answers_in_its_time_while_batch_saturates() throws Exception {
    var stop = new AtomicBoolean();
    var settings = settings(4, Map.of("mcp", MODELS));
    try (var pools = Pools.open(settings);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      UnifiedConnectionManager manager = pools.manager();
      var busy = new CountDownLatch(3);
      List<Future<?>> hogs = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        hogs.add(threads.submit(() -> hog(manager, busy, stop)));
      }
      busy.await();
      List<Long> nanos = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        long start = System.nanoTime();
        manager.useSession(
            Access.readWrite().lane("mcp"), c -> assertThat(Pools.one(c, "select 1")).isOne());
        nanos.add(System.nanoTime() - start);
      }
      stop.set(true);
      for (Future<?> hog : hogs) {
        hog.get();
      }
      Collections.sort(nanos);
      assertThat(Duration.ofNanos(nanos.get(98))).isLessThanOrEqualTo(MCP);
    }
  }

  private static void hog(
      UnifiedConnectionManager manager, CountDownLatch busy, AtomicBoolean stop) {
    while (!stop.get()) {
      try {
        manager.useSession(
            Access.readWrite().lane("batch"),
            c -> {
              busy.countDown();
              Pools.run(c, "select pg_sleep(0.1)");
            });
      } catch (SQLException failure) {
        throw new AssertionError(failure);
      }
    }
  }
}
