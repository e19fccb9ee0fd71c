package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BridgeTest extends ObservedTest {

  @Nested
  class The_bridge {

    @Test
    void observes_one_pool_only(TestDatabase database) {
      try (House house = open(database)) {
        assertThatThrownBy(() -> house.observe(registry(house)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("one of its own for each Weir");
      }
    }

    @Test
    void looks_no_more_once_closed_but_still_listens(TestDatabase database) {
      try (House house = open(database)) {
        house.telemetry().close();
        borrow(house.connections(), 1);
        house.telemetry().taskListener().finished("late", Outcome.SUCCEEDED, 1, null);
        assertThat(reader.collectAllMetrics())
            .extracting(MetricData::getName)
            .doesNotContain("db.client.connection.count", "weir.health.status")
            .contains("weir.task.duration");
      }
    }

    @Test
    void without_an_sdk_allocates_nothing_and_starts_no_thread(TestDatabase database) {
      try (House house = House.open(House.config(database), OpenTelemetry.noop())) {
        HealthRegistry registry = registry(house);
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        house.observe(registry);
        Telemetry alone = Telemetry.open(OpenTelemetry.noop());
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount())
            .isLessThanOrEqualTo(threads);
        record(house.telemetry(), 100_000);
        var memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        record(house.telemetry(), 10_000);
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        alone.close();
      }
    }

    private void record(Telemetry telemetry, int times) {
      for (int i = 0; i < times; i++) {
        telemetry.poolListener().waited("interactive", i);
        telemetry.poolListener().used("interactive", i);
        telemetry
            .poolListener()
            .rejected("interactive", AdmissionRejectedException.Reason.DEADLINE, 0);
        telemetry.taskListener().finished("import", Outcome.SUCCEEDED, i, null);
      }
    }
  }

  @Nested
  class Figures {

    @Test
    void are_empty_before_anything_is_observed(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        assertThat(house.telemetry().figures()).isEmpty();
      }
    }

    @Test
    void tell_the_ten_metrics_asked_for_most_without_an_sdk(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        house.observe(registry(house));
        borrow(house.connections(), 99);
        house.telemetry().poolListener().used("interactive", 2_000_000);
        house.tasks().submit("ok", () -> 1).await();
        List<Telemetry.Figure> figures = house.telemetry().figures();
        assertThat(figures.stream().map(Telemetry.Figure::name).distinct())
            .containsExactly(
                "db.client.connection.count",
                "db.client.connection.pending_requests",
                "db.client.connection.timeouts",
                "db.client.connection.wait_time",
                "db.client.connection.use_time",
                "db.client.connection.create_time",
                "weir.gate.admitted",
                "weir.gate.rejected",
                "weir.task.active",
                "weir.task.duration");
        assertThat(figures)
            .contains(
                new Telemetry.Figure("weir.gate.admitted", "weir.gate=primary", 99, "{request}"),
                new Telemetry.Figure("db.client.connection.wait_time", "quantile=0.5", 0, "s"));
      }
    }

    @Test
    void give_quantiles_of_waits_with_those_who_did_not_wait(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        house.observe(registry(house));
        var release = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
          occupy(
              house,
              release,
              () -> {
                var _ = callers.submit(() -> borrow(house.connections(), 1));
                Await.until(
                    PATIENCE,
                    "a caller to wait",
                    () -> house.connections().snapshot().gate().queued() == 1);
              });
        }
        assertThat(house.telemetry().figures())
            .filteredOn(it -> it.name().equals("db.client.connection.wait_time"))
            .extracting(Telemetry.Figure::value)
            .satisfiesExactly(
                median -> assertThat(median).isZero(), high -> assertThat(high).isPositive());
      }
    }
  }
}
