package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigurationException;
import dev.weir.gate.Deadline;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Another size, or a pause, while work goes on. */
@Tag("faults")
class ResizeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** More by flag: -Dweir.restarts=10. */
  private static final int RESTARTS = Integer.getInteger("weir.restarts", 2);

  private static PostgresServer server;

  private TestDatabase database;

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

  private ConnectionSettings settings(int min, int max) {
    return OwnRole.settings(Pools.postgres(database), min, max);
  }

  private static void awaitConnections(Pools pools, int most) {
    Await.until(
        PATIENCE,
        () -> most + " connections, but " + pools.manager().snapshot().line(),
        () -> pools.manager().snapshot().connections() == most);
  }

  @Test
  void up_and_down_under_load_fails_no_request_and_closes_nothing_in_use() throws Exception {
    try (var pools = Pools.open(settings(2, 5));
        var load = Load.begin(pools, 60, c -> Pools.run(c, "select pg_sleep(0.004)"))) {
      for (int round = 0; round < 3; round++) {
        awaitConnections(pools, 5);
        pools.manager().resize(4, 40);
        awaitConnections(pools, 40);
        assertThat(pools.manager().snapshot().max()).isEqualTo(40);
        Await.until(PATIENCE, "work is under way", () -> load.inside() > 0);
        pools.manager().resize(1, 3);
        awaitConnections(pools, 3);
        Await.until(PATIENCE, "work is under way", () -> load.inside() > 0);
        pools.manager().resize(2, 5);
      }
      FaultLog.note(
          "the limit moved under load, 9 times between 3 and 40",
          "%,d sessions, failed %d",
          load.done(),
          load.failures().size());
      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void of_an_idle_pool_opens_the_least_and_closes_what_is_too_much() throws Exception {
    try (var pools = Pools.open(settings(1, 4))) {
      pools.manager().resize(6, 8);
      awaitConnections(pools, 6);
      pools.manager().resize(0, 2);
      awaitConnections(pools, 2);
      assertThat(pools.manager().snapshot().gate().supply()).isEqualTo(2);
    }
  }

  @Test
  void to_limits_that_contradict_each_other_is_refused_and_changes_nothing() {
    try (var pools = Pools.open(settings(1, 4))) {
      assertThatThrownBy(() -> pools.manager().resize(5, 4))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("pool.min");
      assertThatThrownBy(() -> pools.manager().resize(0, 0))
          .isInstanceOf(ConfigurationException.class);
      assertThat(pools.manager().snapshot().max()).isEqualTo(4);
    }
  }

  @Test
  void below_what_lanes_reserve_is_refused() {
    var lanes =
        java.util.Map.of(
            "interactive",
            dev.weir.config.LaneConfig.open(),
            "batch",
            dev.weir.config.LaneConfig.open().reserved(3));
    ConnectionSettings usual = settings(1, 6);
    var settings =
        new ConnectionSettings(usual.postgres(), usual.pool(), lanes, usual.redis(), null);
    try (var pools = Pools.open(settings)) {
      assertThatThrownBy(() -> pools.manager().resize(0, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keep the 3 connections that its lanes reserve");
    }
  }

  @Test
  void a_pause_lets_the_server_be_restarted_without_a_failed_request() throws Exception {
    try (var pools = Pools.open(settings(2, 6));
        var load = Load.begin(pools, 30, c -> Pools.run(c, "select pg_sleep(0.004)"))) {
      for (int round = 0; round < RESTARTS; round++) {
        int before = load.done();
        Await.until(PATIENCE, "it is under way", () -> load.done() > before + 60);
        assertThat(pools.manager().pause(Deadline.in(PATIENCE))).isZero();
        server.kill();
        server.restart();
        pools.manager().resume();
      }
      int before = load.done();
      Await.until(PATIENCE, "it goes on", () -> load.done() > before + 60);
      FaultLog.note(
          "planned restarts behind a pause, under load",
          "%d restarts, %,d sessions, failed %d",
          RESTARTS,
          load.done(),
          load.failures().size());
      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void a_pause_that_still_waits_is_ended_by_a_resume() throws Exception {
    try (var pools = Pools.open(settings(1, 4))) {
      var held = Held.sessions(pools, 1);
      Thread pausing = Thread.ofVirtual().start(() -> pools.manager().pause(Deadline.in(PATIENCE)));
      Await.until(PATIENCE, "it waits", () -> pools.manager().snapshot().gate().limit() == 0);
      pools.manager().resume();
      held.close();
      pausing.join();
      try (var _ = Held.sessions(pools, 3)) {
        assertThat(pools.manager().snapshot().connections()).isGreaterThanOrEqualTo(3);
      }
    }
  }

  @Test
  void a_pause_says_what_is_left_at_its_deadline() throws Exception {
    try (var pools = Pools.open(settings(1, 4));
        var held = Held.sessions(pools, 2)) {
      assertThat(pools.manager().pause(Deadline.in(Duration.ofMillis(50)))).isEqualTo(2);
      held.letGo();
      pools.manager().resume();
      pools.manager().useSession(_ -> {});
    }
  }
}
