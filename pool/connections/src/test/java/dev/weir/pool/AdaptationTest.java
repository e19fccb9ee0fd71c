package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.AdaptConfig;
import dev.weir.config.AdaptConfig.Mode;
import dev.weir.gate.Deadline;
import dev.weir.pool.Adjustment.Knob;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.SettableTime;
import dev.weir.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool that changes itself, before a real server. */
@Tag("faults")
class AdaptationTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static PostgresServer server;

  private final Queue<Adjustment> told = new ConcurrentLinkedQueue<>();
  private TestDatabase database;

  private final PoolListener listener =
      new PoolListener() {
        @Override
        public void adjusted(Adjustment adjustment) {
          told.add(adjustment);
        }
      };

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
  }

  private ConnectionSettings settings(int min, int max, AdaptConfig adapt) {
    ConnectionSettings usual = OwnRole.settings(Pools.postgres(database), min, max);
    return new ConnectionSettings(
        usual.postgres(), usual.pool().adapt(adapt), usual.lanes(), usual.redis(), null);
  }

  private List<Adjustment> told(Knob knob) {
    return told.stream().filter(one -> one.knob() == knob).toList();
  }

  @Test
  void lets_in_fewer_where_the_server_is_busy_and_closes_no_connection() throws Exception {
    AdaptConfig adapt = AdaptConfig.off().limit(Mode.ON);
    try (var pools = Pools.open(settings(24, 24, adapt), listener)) {
      // One row for all: more callers get no more done, whatever the machine does beside.
      pools.manager().useSession(c -> Pools.run(c, "create table one as select 0 as n"));
      try (var load = Load.begin(pools, 60, c -> Pools.run(c, "update one set n = n + 1"))) {
        Await.until(
            PATIENCE,
            () -> "fewer than 13 let in, but " + pools.manager().snapshot().line() + told,
            () -> pools.manager().snapshot().gate().limit() < 13);
        PoolSnapshot now = pools.manager().snapshot();
        assertThat(now.connections()).isEqualTo(24);
        assertThat(now.max()).isEqualTo(24);
        assertThat(now.gate().queued()).isPositive();
        assertThat(load.failures()).isEmpty();
      }
      assertThat(told(Knob.SIZE)).isEmpty();
      assertThat(told(Knob.LIMIT))
          .isNotEmpty()
          .allSatisfy(
              one -> {
                assertThat(one.done()).isTrue();
                assertThat(one.isChange()).isTrue();
                assertThat(one.why()).contains("10 % more callers gave");
              });
      assertThat(told(Knob.LIMIT).getFirst().from()).isEqualTo(24);
    }
  }

  @Test
  void a_pause_and_another_size_go_before_what_it_lets_in() throws Exception {
    AdaptConfig adapt = AdaptConfig.off().limit(Mode.ON);
    try (var pools = Pools.open(settings(2, 12, adapt), listener)) {
      try (var load = Load.begin(pools, 30, c -> Pools.run(c, "select pg_sleep(0.005)"))) {
        Await.until(PATIENCE, "it is under way", () -> load.done() > 100);
        pools.manager().resize(1, 3);
        Await.until(PATIENCE, "3", () -> pools.manager().snapshot().gate().limit() <= 3);
        assertThat(pools.manager().pause(Deadline.in(PATIENCE))).isZero();
        assertThat(pools.manager().snapshot().gate().limit()).isZero();
        pools.manager().resume();
        int before = load.done();
        Await.until(PATIENCE, "it goes on", () -> load.done() > before + 50);
        assertThat(pools.manager().snapshot().gate().limit()).isBetween(2, 3);
        assertThat(load.failures()).isEmpty();
      }
    }
  }

  @Test
  void has_more_connections_under_load_and_fewer_later_without_a_failed_session() throws Exception {
    AdaptConfig adapt = AdaptConfig.off().size(Mode.ON).ceiling(16);
    var time = new Clockwork();
    try (var pools = time.open(settings(2, 4, adapt), listener)) {
      try (var load = Load.begin(pools, 40, c -> Pools.run(c, "select pg_sleep(0.01)"))) {
        time.secondsUntil(load, () -> pools.manager().snapshot().max() == 16);
        Await.until(
            PATIENCE,
            () -> "16 connections, but " + pools.manager().snapshot().line(),
            () -> pools.manager().snapshot().connections() == 16);
        assertThat(load.failures()).isEmpty();
      }
      try (var load = Load.begin(pools, 2, c -> Pools.run(c, "select pg_sleep(0.01)"))) {
        time.secondsUntil(load, () -> pools.manager().snapshot().max() <= 4);
        Await.until(
            PATIENCE,
            () -> "4 connections, but " + pools.manager().snapshot().line(),
            () -> pools.manager().snapshot().connections() <= 4);
        assertThat(load.failures()).isEmpty();
      }
      assertThat(told(Knob.SIZE).getFirst().why())
          .contains("callers waited in")
          .contains("while all connections were in use");
      assertThat(told(Knob.SIZE).getLast().why()).contains("were enough in 95 % of the last 300 s");
      assertThat(told(Knob.SIZE)).allMatch(Adjustment::done);
      System.out.println(told(Knob.SIZE));
    }
  }

  @Test
  void goes_no_further_than_whoever_shares_out_connections_says() throws Exception {
    AdaptConfig adapt = AdaptConfig.off().size(Mode.ON).ceiling(16);
    var time = new Clockwork();
    try (var pools = time.open(settings(2, 8, adapt), listener)) {
      pools.manager().size.cap(5);
      try (var load = Load.begin(pools, 40, c -> Pools.run(c, "select pg_sleep(0.01)"))) {
        time.seconds(load, 60);
        assertThat(pools.manager().snapshot().max()).isEqualTo(5);
        assertThat(told(Knob.SIZE)).isEmpty();
        pools.manager().size.cap(12);
        time.secondsUntil(load, () -> pools.manager().snapshot().max() == 12);
        time.seconds(load, 40);
        assertThat(pools.manager().snapshot().max()).isEqualTo(12);
        assertThat(load.failures()).isEmpty();
      }
    }
  }

  @Test
  void only_advises_where_it_is_to_advise_and_says_why() throws Exception {
    AdaptConfig adapt = AdaptConfig.off().size(Mode.ADVISE).limit(Mode.ADVISE).ceiling(16);
    var time = new Clockwork();
    try (var pools = time.open(settings(2, 4, adapt), listener)) {
      try (var load = Load.begin(pools, 40, c -> Pools.run(c, "select pg_sleep(0.01)"))) {
        time.secondsUntil(load, () -> !told(Knob.SIZE).isEmpty());
        time.seconds(load, 20);
        assertThat(load.failures()).isEmpty();
        assertThat(pools.manager().snapshot().max()).isEqualTo(4);
        assertThat(told(Knob.SIZE)).as("told once").hasSize(1);
        assertThat(told.element().done()).isFalse();
        assertThat(told.element().toString())
            .startsWith("pool.max: 4 -> 6 is advised; callers waited in");
        List<Adjustment> advice = pools.manager().advice();
        assertThat(advice).extracting(Adjustment::knob).containsExactly(Knob.LIMIT, Knob.SIZE);
        assertThat(advice.getLast().to()).isEqualTo(6);
      }
    }
  }

  @Test
  void without_any_setting_advises_whoever_asks_and_tells_nobody() throws Exception {
    var time = new Clockwork();
    try (var pools = time.open(settings(2, 4, AdaptConfig.off().ceiling(9)), listener)) {
      assertThat(pools.manager().advice())
          .extracting(Adjustment::toString)
          .containsExactly(
              "callers let in at once: 4 as it is; it has been watched for less than 30 s",
              "pool.max: 4 as it is; it has been watched for less than 10 s");
      try (var load = Load.begin(pools, 40, c -> Pools.run(c, "select pg_sleep(0.01)"))) {
        time.secondsUntil(load, () -> pools.manager().advice().getLast().isChange());
      }
      assertThat(pools.manager().advice().getLast().done()).isFalse();
      assertThat(pools.manager().snapshot().max()).isEqualTo(4);
      assertThat(told).isEmpty();
    }
  }

  /** Seconds that pass when the test says so, while calls go on in between. */
  private static final class Clockwork {

    private static final int MOST_SECONDS = 900;

    private final SettableTime time = SettableTime.create();

    Pools open(ConnectionSettings settings, PoolListener listener) {
      var system = SystemTasks.open(List.of(), time.scheduler(), time, time::nanos);
      return new Pools(system, UnifiedConnectionManager.open(settings, system, List.of(listener)));
    }

    void seconds(Load load, int seconds) {
      IntStream.range(0, seconds).forEach(_ -> second(load));
    }

    /** A call at least ends in it. */
    private void second(Load load) {
      int before = load.done();
      Await.until(PATIENCE, "calls end", () -> load.done() > before);
      for (int quarter = 0; quarter < 4; quarter++) {
        time.advance(Duration.ofMillis(250));
      }
    }

    void secondsUntil(Load load, BooleanSupplier done) {
      for (int i = 0; i < MOST_SECONDS && !done.getAsBoolean(); i++) {
        second(load);
      }
      assertThat(done.getAsBoolean()).isTrue();
    }
  }
}
