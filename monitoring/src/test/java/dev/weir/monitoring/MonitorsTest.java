package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.HealthConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.GateSnapshot;
import dev.weir.gate.LaneSnapshot;
import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.HealthMonitor.Kind;
import dev.weir.pool.ConnectionFigures;
import dev.weir.pool.PoolSnapshot;
import dev.weir.pool.PoolState;
import dev.weir.pool.StatementFigures;
import dev.weir.tasks.Task;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RealServers
@Timeout(120)
class MonitorsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Nested
  class The_standard_set {

    @Test
    void leaves_redis_out_where_none_is_configured(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        assertThat(house.monitors())
            .extracting(HealthMonitor::name)
            .containsExactly(
                "database", "replication", "pool", "tasks", "memory", "threads", "carriers");
        assertThat(house.connections().redis().isOpen()).isFalse();
      }
    }

    @Test
    void looks_at_no_dependency_for_liveness(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        assertThat(house.monitors())
            .filteredOn(monitor -> monitor.kind() == Kind.LIVENESS)
            .extracting(HealthMonitor::name)
            .containsExactly("memory", "threads");
      }
    }

    @Test
    void leaves_readiness_to_those_who_ask_for_it(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        assertThat(house.monitors()).extracting(HealthMonitor::kind).doesNotContain(Kind.READINESS);
      }
    }

    @Test
    void looks_for_pinned_threads_if_asked_to(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        HealthConfig config = HealthConfig.defaults().pinned(true);
        assertThat(Monitors.standard(house.connections(), house.tasks(), house.system(), config))
            .extracting(HealthMonitor::name)
            .contains("pinned");
      }
    }

    @Test
    void finds_all_well_in_a_service_at_rest(TestDatabase database) {
      try (House house = House.open(House.config(database));
          HealthRegistry registry = house.watch()) {
        Await.until(
            PATIENCE,
            () -> "all to be up, but " + registry.report().text(),
            () -> registry.refresh().status() == Status.UP);
        assertThat(registry.report().monitors()).hasSize(7);
      }
    }
  }

  @Nested
  class The_pool {

    private Health check(PoolState state, LaneSnapshot... lanes) {
      var gate = new GateSnapshot("primary", 8, 8, 8, 5, List.of(lanes));
      return new PoolMonitor(
              () ->
                  new PoolSnapshot(
                      "primary",
                      "localhost:5432/x",
                      state,
                      "the cause",
                      Instant.EPOCH,
                      8,
                      0,
                      2,
                      8,
                      gate,
                      new StatementFigures(0, 0, null),
                      ConnectionFigures.UNKNOWN))
          .check();
    }

    private LaneSnapshot lane(String name, int limit, int queued) {
      return new LaneSnapshot("primary", name, 0, limit, 1_000, 4, queued, 9, 0, 0, false, 8, 8);
    }

    @Test
    void is_never_down() {
      for (PoolState state : PoolState.values()) {
        boolean serving = state == PoolState.HEALTHY || state == PoolState.STARTING;
        Status expected = serving ? Status.UP : Status.DEGRADED;
        assertThat(check(state, lane("batch", 4, 5)).status()).as("%s", state).isEqualTo(expected);
      }
    }

    @Test
    void is_up_while_none_but_the_checks_themselves_wait() {
      Health health = check(PoolState.EXHAUSTED, lane("admin", 4, 1), lane("batch", 4, 0));
      assertThat(health.status()).isEqualTo(Status.UP);
      Health both = check(PoolState.EXHAUSTED, lane("admin", 4, 1), lane("batch", 4, 2));
      assertThat(both.cause()).isEqualTo("callers wait: 2 in lane 'batch'");
    }

    @Test
    void names_the_lanes_that_wait_and_the_limits_that_hold_them_back() {
      Health health =
          check(
              PoolState.EXHAUSTED,
              lane("batch", 4, 5),
              lane("interactive", Integer.MAX_VALUE, 2),
              lane("mcp", 3, 0));
      assertThat(health.cause())
          .isEqualTo("callers wait: 5 in lane 'batch', 2 in lane 'interactive'");
      assertThat(health.mend())
          .isEqualTo(
              "return connections sooner, or raise pool.max (now 8) or lanes.batch.limit (now 4)");
      assertThat(health.evidence().figures()).containsEntry("pool.max", "8");
    }
  }

  @Nested
  class Tasks_ {

    @Test
    void are_degraded_by_a_refusal_until_the_next_check(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        var monitor = new TasksMonitor(house.tasks());
        assertThat(monitor.check().status()).isEqualTo(Status.UP);
        var release = new CountDownLatch(1);
        for (int i = 0; i < 6; i++) {
          house
              .tasks()
              .submit(
                  Task.named("fill").bulkhead("narrow"),
                  () -> release.await(60, java.util.concurrent.TimeUnit.SECONDS));
        }
        Assertions.assertThatThrownBy(
                () -> house.tasks().submit(Task.named("fill").bulkhead("narrow"), () -> 1))
            .isInstanceOf(AdmissionRejectedException.class);
        Health full = monitor.check();
        assertThat(full.status()).isEqualTo(Status.DEGRADED);
        assertThat(full.cause())
            .contains("1 submissions were refused")
            .contains("5 of at most 5 tasks wait in bulkhead 'narrow'");
        assertThat(full.mend()).contains("bulkheads.narrow.limit (now 1)");
        release.countDown();
        Await.until(PATIENCE, "the queue to empty", () -> waiting(house) == 0);
        assertThat(monitor.check().status()).isEqualTo(Status.UP);
      }
    }

    private int waiting(House house) {
      return house.tasks().snapshot().bulkheads().stream().mapToInt(GateSnapshot::queued).sum();
    }

    @Test
    void are_degraded_by_ticks_that_were_left_out(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        var monitor = new TasksMonitor(house.tasks());
        var release = new CountDownLatch(1);
        var handle =
            house.tasks().schedule("slow", Schedule.every(Duration.ofMillis(20)), release::await);
        Await.until(
            PATIENCE, "a tick left out", () -> house.tasks().snapshot().lateSchedules() > 0);
        Health late = monitor.check();
        handle.cancel();
        release.countDown();
        assertThat(late.status()).isEqualTo(Status.DEGRADED);
        assertThat(late.cause()).contains("ticks of schedules were left out");
        assertThat(late.mend()).contains("interval");
      }
    }
  }
}
