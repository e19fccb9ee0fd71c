package dev.weir.pool;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.wire.Direction;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A server that goes and comes back: who pays, how soon it is over, and what it costs the server.
 */
@Tag("faults")
class RecoveryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** More by flag: -Dweir.recovery.rounds=5. */
  private static final int ROUNDS = Integer.getInteger("weir.recovery.rounds", 1);

  private static final int CALLERS = 5_000;
  private static final int SOCKETS = 50;

  /** What a second may bring at most: the burst, and those of four quarters. */
  private static final int CAP = 32 + 100;

  private static PostgresServer server;

  private TestDatabase database;

  @BeforeAll
  static void start() {
    // Without fsync a killed server loses nothing; without synchronous_commit it would.
    server = PostgresServer.builder().setting("synchronous_commit", "on").start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    database = server.freshDatabase();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private ConnectionSettings settings(PostgresConfig postgres, int min, int max) {
    return new ConnectionSettings(
        postgres, new PoolConfig(min, max, PATIENCE), Pools.LANES, RedisConfig.defaults(), null);
  }

  @Test
  void of_a_killed_server_costs_what_was_in_flight_and_no_more() throws Exception {
    PostgresConfig postgres = Pools.postgres(database).connectTimeout(PATIENCE);
    var logins = new Logins();
    var book = new Book();
    try (var pools = Pools.open(settings(postgres, SOCKETS, SOCKETS + 1), logins)) {
      pools.manager().useSession(c -> Pools.run(c, "create table book (id int primary key)"));
      awaitAll(pools);
      try (var load = Load.begin(pools, CALLERS, book::write)) {
        for (int round = 1; round <= ROUNDS; round++) {
          killed(pools, load, logins, round);
        }
      }
      assertThat(pools.manager().snapshot().wear().alarms()).isPositive();
      int lost = pools.manager().withSession(book::lost);
      FaultLog.note(
          "kill -9 under %,d callers, %d rounds".formatted(CALLERS, ROUNDS),
          "acknowledged %,d, lost %d",
          book.acknowledged(),
          lost);
      assertThat(lost).isZero();
    }
  }

  private static void awaitAll(Pools pools) {
    Await.until(PATIENCE, "all stand", () -> pools.manager().snapshot().connections() >= SOCKETS);
  }

  private void killed(Pools pools, Load load, Logins logins, int round) throws Exception {
    int done = load.done();
    int before = logins.tries();
    int failed = load.failures().size();
    Await.until(PATIENCE, "all are in use", () -> load.done() > done + 4 * SOCKETS);
    int inFlight = load.inside();
    server.kill();
    load.mark();
    var accepted = new AtomicLong();
    Thread prober = Thread.ofVirtual().start(() -> accepted.set(whenItAccepts()));
    server.restart();
    prober.join();
    Await.until(PATIENCE, "it works", () -> load.firstAfterMark() != Long.MAX_VALUE);
    awaitAll(pools);
    long late = (load.firstAfterMark() - accepted.get()) / 1_000_000;
    FaultLog.note(
        "kill -9 and restart under %,d callers, round %d".formatted(CALLERS, round),
        "failed %d (in flight %d of %d sockets), first success %d ms after it accepted,"
            + " logins %d, at most %d in a second",
        load.failures().size() - failed,
        inFlight,
        SOCKETS + 1,
        late,
        logins.tries() - before,
        logins.mostInASecond(before));
    assertThat(load.failures()).hasSizeLessThanOrEqualTo(failed + SOCKETS + 1);
    assertThat(late).isLessThan(5_000); // 300 on a machine with nothing else to do
    assertThat(logins.mostInASecond(before)).isLessThanOrEqualTo(CAP);
  }

  /** Rows that callers write, and which of them the server has acknowledged. */
  private static final class Book {

    private final AtomicInteger next = new AtomicInteger();
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

    void write(Connection c) throws SQLException {
      int id = next.incrementAndGet();
      Pools.run(
          c, "with row as (insert into book values (%d)) select pg_sleep(0.02)".formatted(id));
      acknowledged.add(id);
    }

    int acknowledged() {
      return acknowledged.size();
    }

    /** How many the server does not know any more. */
    int lost(Connection c) throws SQLException {
      Set<Integer> missing = new HashSet<>(acknowledged);
      try (Statement statement = c.createStatement();
          ResultSet rows = statement.executeQuery("select id from book")) {
        while (rows.next()) {
          missing.remove(rows.getInt(1));
        }
      }
      return missing.size();
    }
  }

  private long whenItAccepts() {
    while (true) {
      try (Connection _ =
          DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
        return System.nanoTime();
      } catch (SQLException notYet) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static Set<Integer> backends(Pools pools, int sessions) throws Exception {
    Set<Integer> pids = ConcurrentHashMap.newKeySet();
    nested(pools, sessions, pids);
    return pids;
  }

  /** So many connections at once. */
  private static void nested(Pools pools, int left, Set<Integer> pids) throws SQLException {
    if (left > 0) {
      try (Connection one = pools.manager().dataSource().getConnection()) {
        pids.add(Pools.one(one, "select pg_backend_pid()"));
        nested(pools, left - 1, pids);
      }
    }
  }

  @Test
  void of_one_connection_that_was_ended_leaves_the_others_alone() throws Exception {
    try (var pools = Pools.open(Pools.settings(database, 4))) {
      Set<Integer> before = backends(pools, 4);
      assertThatThrownBy(
              () ->
                  pools
                      .manager()
                      .useSession(
                          c -> Pools.run(c, "select pg_terminate_backend(pg_backend_pid())")))
          .isInstanceOf(SQLException.class);
      assertThat(alive(before)).isEqualTo(before.size() - 1);
      backends(pools, 4);
      assertThat(alive(before)).isEqualTo(before.size() - 1);
      ConnectionFigures wear = pools.manager().snapshot().wear();
      assertThat(wear.alarms()).isOne();
      assertThat(wear.lost()).isOne();
      assertThat(wear.left()).containsEntry("lost", 1L).containsEntry("doubtful", 0L);
    }
  }

  private int alive(Set<Integer> backends) throws SQLException {
    try (Connection admin = database.dataSource().getConnection()) {
      return Pools.one(
          admin,
          "select count(*) from pg_stat_activity where pid in (%s)"
              .formatted(backends.stream().map(Object::toString).collect(joining(","))));
    }
  }

  @Test
  void is_no_business_of_statements_that_fail() throws SQLException {
    try (var pools = Pools.open(Pools.settings(database, 2))) {
      pools.manager().useSession(c -> Pools.one(c, "select 1"));
      for (int i = 0; i < 200; i++) {
        assertThatThrownBy(() -> pools.manager().useSession(c -> Pools.one(c, "select 1/0")))
            .isInstanceOf(SQLException.class);
      }
      PoolSnapshot now = pools.manager().snapshot();
      assertThat(now.wear().alarms()).isZero();
      assertThat(now.wear().opened()).isLessThanOrEqualTo(3);
      assertThat(now.wear().borrowsEach()).isGreaterThan(60);
      assertThat(now.wear().lost()).isZero();
      assertThat(now.state()).isNotEqualTo(PoolState.DEGRADED);
    }
  }

  @Test
  void asks_after_a_loss_and_never_hands_out_what_died_with_it() throws Exception {
    try (var proxy = TcpProxy.to(server.host(), server.port());
        var pools = Pools.open(Pools.through(proxy, database, 6))) {
      for (int round = 0; round < 5; round++) {
        backends(pools, 6);
        proxy.cut();
        // At once: the sockets were seen alive a moment ago, so the first is handed out unasked.
        assertThatThrownBy(() -> pools.manager().useSession(c -> Pools.one(c, "select 1")))
            .isInstanceOf(SQLException.class);
        for (int i = 0; i < 12; i++) {
          pools.manager().useSession(c -> Pools.one(c, "select 1"));
        }
      }
    }
  }

  @Test
  void gets_round_connects_that_hang_and_end_only_at_their_timeout() throws Exception {
    try (var proxy = TcpProxy.to(server.host(), server.port())) {
      PostgresConfig postgres =
          Pools.postgres(database).url(Pools.url(proxy, database)).connectTimeout(PATIENCE);
      try (var pools = Pools.open(settings(postgres, 0, 12));
          var _ = Held.sessions(pools, 1)) {
        proxy.drop(Direction.TO_SERVER);
        long before = proxy.connectionsOpened();
        Thread[] callers = new Thread[4];
        for (int i = 0; i < callers.length; i++) {
          callers[i] = Thread.ofVirtual().start(() -> pools.manager().useSession(_ -> {}));
        }
        Await.until(PATIENCE, "four hang", () -> proxy.connectionsOpened() - before == 4);
        proxy.heal(); // what was lost stays lost, so those four hang for a minute
        long start = System.nanoTime();
        for (Thread caller : callers) {
          caller.join();
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - start);
        FaultLog.note("four connects hang", "others served after %d ms", waited.toMillis());
        assertThat(waited).isLessThan(Duration.ofSeconds(20));
      }
    }
  }

  @Test
  void tries_a_refused_login_rarely_tells_callers_at_once_and_heals_with_the_password()
      throws Exception {
    OwnRole role = OwnRole.create(database, "recovering");
    var logins = new Logins();
    try (var pools = Pools.open(role.settings(0, 8), logins)) {
      backends(pools, 6);
      role.changePassword("second");
      role.sql(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'recovering'");
      assertThatThrownBy(() -> pools.manager().useSession(c -> Pools.one(c, "select 1")))
          .isInstanceOfAny(SQLException.class, DatabaseUnavailableException.class);
      Await.until(
          PATIENCE, "the login is refused", () -> !works(pools) && !logins.refused().isEmpty());
      int before = logins.tries();
      long start = System.nanoTime();
      int told = 0;
      while (System.nanoTime() - start < Duration.ofSeconds(3).toNanos()) {
        assertThatThrownBy(() -> pools.manager().useSession(_ -> {}))
            .isInstanceOf(DatabaseUnavailableException.class)
            .hasMessageContaining("refused the login of user 'recovering' (28P01)");
        told++;
      }
      int tries = logins.tries() - before;
      FaultLog.note("a refused login", "%,d callers told in 3 s, %d logins", told, tries);
      assertThat(told).isGreaterThan(5); // none waits for pool.wait, which is 20 s
      assertThat(tries).isBetween(0, 6);
      role.tell("second");
      Await.until(
          PATIENCE, () -> "it heals: " + pools.manager().snapshot().line(), () -> works(pools));
    }
  }

  private static boolean works(Pools pools) {
    try {
      int one = pools.manager().withSession(c -> Pools.one(c, "select 1"));
      return one == 1;
    } catch (SQLException | RuntimeException notYet) {
      return false;
    }
  }

  @Test
  void waits_for_a_server_that_is_stopping_as_for_one_that_starts() throws Exception {
    var logins = new Logins();
    PostgresConfig postgres = Pools.postgres(database).connectTimeout(PATIENCE);
    try (var pools = Pools.open(settings(postgres, 0, 4), logins)) {
      var held = Held.sessions(pools, 1);
      // What pg_ctl stop -m smart does: who is in may stay, nobody else gets in.
      ProcessHandle.of(server.pids().getFirst()).orElseThrow().destroy();
      Thread caller = Thread.ofVirtual().start(() -> pools.manager().useSession(_ -> {}));
      Await.until(PATIENCE, "it is refused", () -> logins.refused().contains("57P03"));
      assertThat(pools.manager().snapshot().cause()).contains("57P03");
      held.close(); // the caller may have its socket, since that still works
      caller.join();
      server.kill();
      server.restart();
      Await.until(PATIENCE, "it works again", () -> works(pools));
    }
  }
}
