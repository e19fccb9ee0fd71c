package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.telemetry.Metric;
import dev.weir.pool.Access;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TelemetryTest extends ObservedTest {

  @Nested
  class The_trace_of_a_thread {

    @Test
    void is_written_as_w3c_has_it() {
      var context =
          SpanContext.create(
              "0af7651916cd43dd8448eb211c80319c",
              "b7ad6b7169203331",
              TraceFlags.getSampled(),
              TraceState.getDefault());
      try (Scope _ = Span.wrap(context).makeCurrent()) {
        assertThat(Telemetry.traceParent())
            .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
      }
    }

    @Test
    void is_nothing_outside_a_span() {
      assertThat(Telemetry.traceParent()).isNull();
    }
  }

  @Nested
  class The_metrics {

    @Test
    void are_those_of_the_conventions(TestDatabase database) {
      assertThat(Metric.values()).extracting(Metric::id).doesNotHaveDuplicates();
      assertThat(Metric.values())
          .extracting(
              it ->
                  new Convention(
                      it.id(),
                      it.kind().name().toLowerCase(Locale.ROOT).replace("up_down", "updowncounter"),
                      it.unit(),
                      Set.copyOf(it.attributes())))
          .containsExactlyInAnyOrderElementsOf(Convention.all().values());
      try (House house = open(database)) {
        Bustle.in(house);
        assertThat(reader.collectAllMetrics())
            .allSatisfy(
                it -> assertThat(it.getInstrumentationScopeInfo().getName()).isEqualTo("dev.weir"))
            .allSatisfy(it -> assertThat(it.getDescription()).isNotBlank())
            .extracting(MetricData::getName)
            .containsExactlyInAnyOrderElementsOf(Convention.all().keySet());
      }
    }

    @Test
    void tell_the_node_by_its_address_and_show_no_password(TestDatabase database) {
      try (House house = open(database)) {
        borrow(house.connections(), 1);
        Attributes attributes =
            metric(reader, "db.client.connection.max")
                .getLongSumData()
                .getPoints()
                .iterator()
                .next()
                .getAttributes();
        assertThat(attributes.asMap())
            .containsEntry(AttributeKey.stringKey("db.system.name"), "postgresql")
            .containsEntry(AttributeKey.stringKey("db.client.connection.pool.name"), "primary")
            .containsEntry(AttributeKey.stringKey("server.address"), database.server().host())
            .containsEntry(AttributeKey.longKey("server.port"), (long) database.server().port());
        assertThat(reader.collectAllMetrics().toString())
            .doesNotContain("password=" + database.password());
      }
    }

    @Test
    void in_seconds_have_buckets_made_for_seconds(TestDatabase database) {
      try (House house = open(database)) {
        house.telemetry().poolListener().waited("interactive", 3_000_000);
        house.telemetry().poolListener().used("interactive", 3_000_000);
        house.tasks().submit("ok", () -> 1).await();
        assertThat(reader.collectAllMetrics())
            .filteredOn(it -> it.getType() == MetricDataType.HISTOGRAM)
            .hasSizeGreaterThan(3)
            .allSatisfy(
                it ->
                    assertThat(it.getHistogramData().getPoints())
                        .allSatisfy(
                            point ->
                                assertThat(point.getBoundaries().getFirst())
                                    .isBetween(0.0001, 0.005)));
        HistogramPointData waits =
            histogram(reader, "db.client.connection.wait_time", "weir.lane", "interactive");
        assertThat(waits.getBoundaries())
            .containsExactly(0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0);
        assertThat(waits.getCounts().get(waits.getBoundaries().indexOf(0.005))).isOne();
      }
    }
  }

  @Nested
  class Connections {

    @Test
    void are_counted_used_and_idle(TestDatabase database) {
      try (House house = open(database)) {
        house
            .connections()
            .useSession(
                _ -> {
                  assertThat(
                          value(
                              reader,
                              "db.client.connection.count",
                              "db.client.connection.state",
                              "used"))
                      .isOne();
                  assertThat(value(reader, "db.client.connection.max")).isEqualTo(4);
                  assertThat(value(reader, "db.client.connection.idle.min")).isEqualTo(4);
                  assertThat(
                          value(
                              reader,
                              "weir.gate.in_use",
                              "weir.gate",
                              "primary",
                              "weir.lane",
                              "interactive"))
                      .isOne();
                  assertThat(value(reader, "weir.gate.limit", "weir.gate", "primary")).isEqualTo(4);
                });
        assertThat(
                value(reader, "db.client.connection.count", "db.client.connection.state", "used"))
            .isZero();
        assertThat(
                value(reader, "db.client.connection.count", "db.client.connection.state", "idle"))
            .isPositive();
      }
    }

    @Test
    void that_were_opened_before_anybody_observed_are_recorded_too(TestDatabase database) {
      try (House house = House.open(House.config(database), sdk)) {
        borrow(house.connections(), 1);
        assertThat(reader.collectAllMetrics())
            .noneMatch(metric -> metric.getName().startsWith("db.client"));
        house.observe(registry(house));
        HistogramPointData created = histogram(reader, "db.client.connection.create_time");
        assertThat(created.getCount()).isPositive();
        assertThat(created.getSum()).isPositive();
      }
    }
  }

  @Nested
  class Waits {

    @Test
    void of_nobody_are_recorded_as_zeros_once_for_every_reader(TestDatabase database) {
      try (House house = open(database)) {
        for (int round = 1; round <= 2; round++) {
          borrow(house.connections(), 50);
          for (InMemoryMetricReader one : List.of(reader, secondReader)) {
            HistogramPointData waits =
                histogram(one, "db.client.connection.wait_time", "weir.lane", "interactive");
            assertThat(waits.getCount()).isEqualTo(50L * round);
            assertThat(waits.getSum()).isZero();
            assertThat(value(one, "weir.gate.admitted", "weir.gate", "primary"))
                .isEqualTo(50L * round);
          }
        }
      }
    }

    @Test
    void that_took_time_stand_beside_the_zeros(TestDatabase database) {
      try (House house = open(database)) {
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
                    () -> value(reader, "db.client.connection.pending_requests") == 1);
                assertThat(value(reader, "weir.gate.queued", "weir.lane", "interactive")).isOne();
              });
        }
        HistogramPointData waits =
            histogram(reader, "db.client.connection.wait_time", "weir.lane", "interactive");
        assertThat(waits.getCount()).isEqualTo(4);
        assertThat(waits.getSum()).isPositive();
        assertThat(waits.getCounts().getFirst()).isEqualTo(3);
      }
    }

    @Test
    void that_come_to_nothing_are_counted_by_their_reason(TestDatabase database) {
      try (House house = open(database)) {
        occupy(
            house,
            new CountDownLatch(1),
            () ->
                assertThatThrownBy(
                        () ->
                            house
                                .connections()
                                .useSession(
                                    Access.readWrite().deadline(Duration.ofMillis(50)), _ -> {}))
                    .isInstanceOf(AdmissionRejectedException.class));
        assertThat(value(reader, "db.client.connection.timeouts")).isOne();
        assertThat(
                value(
                    reader,
                    "weir.gate.rejected",
                    "weir.gate",
                    "primary",
                    "weir.lane",
                    "interactive",
                    "weir.reason",
                    "deadline"))
            .isOne();
        assertThat(value(reader, "weir.gate.rejected")).isOne();
        assertThat(
                histogram(reader, "db.client.connection.wait_time", "weir.lane", "interactive")
                    .getCount())
            .isEqualTo(3);
      }
    }
  }

  @Test
  void uses_are_recorded_one_in_64(TestDatabase database) {
    try (House house = open(database)) {
      borrow(house.connections(), 6_400);
      assertThat(
              histogram(reader, "db.client.connection.use_time", "weir.lane", "interactive")
                  .getCount())
          .isBetween(40L, 180L);
    }
  }

  @Nested
  class Tasks_ {

    @Test
    void are_timed_by_name_and_outcome(TestDatabase database) {
      try (House house = open(database)) {
        var listener = house.telemetry().taskListener();
        for (Outcome outcome : Outcome.values()) {
          listener.finished("import", outcome, 20_000_000, null);
        }
        assertThat(
                metric(reader, "weir.task.duration").getHistogramData().getPoints().stream()
                    .filter(point -> has(point, "weir.task.name", "import"))
                    .map(
                        point ->
                            point.getAttributes().get(AttributeKey.stringKey("weir.outcome"))
                                + " "
                                + point.getAttributes().get(AttributeKey.stringKey("error.type"))))
            .containsExactlyInAnyOrder(
                "ok null", "failed _OTHER", "cancelled null", "timeout timeout");
        assertThat(
                histogram(
                        reader,
                        "weir.task.duration",
                        "weir.task.name",
                        "import",
                        "weir.outcome",
                        "ok")
                    .getSum())
            .isEqualTo(0.02);
      }
    }

    @Test
    void that_fail_are_told_apart_by_the_kind_of_failure(TestDatabase database) {
      try (House house = open(database)) {
        var listener = house.telemetry().taskListener();
        List<Throwable> failures =
            List.of(
                new SQLException("", "40001"),
                new IllegalStateException(new SQLException("", "40P01")),
                new IllegalStateException(),
                new IOException(),
                new RuntimeException(),
                new AssertionError());
        for (Throwable failure : failures) {
          listener.finished("import", Outcome.FAILED, 1, failure);
        }
        listener.finished("import", Outcome.FAILED, 1, failures.getFirst());
        assertThat(
                metric(reader, "weir.task.duration").getHistogramData().getPoints().stream()
                    .filter(point -> has(point, "weir.task.name", "import"))
                    .map(
                        point ->
                            point.getAttributes().get(AttributeKey.stringKey("error.type"))
                                + " "
                                + point.getCount()))
            .containsExactlyInAnyOrder(
                "40001 2",
                "40P01 1",
                "java.lang.IllegalStateException 1",
                "java.io.IOException 1",
                "_OTHER 2");
      }
    }

    @Test
    void beyond_256_names_share_one(TestDatabase database) {
      try (House house = open(database)) {
        for (int i = 0; i < 10_000; i++) {
          house.telemetry().taskListener().finished("task-" + i, Outcome.SUCCEEDED, 1, null);
        }
        Collection<HistogramPointData> points =
            metric(reader, "weir.task.duration").getHistogramData().getPoints();
        assertThat(points).hasSizeLessThanOrEqualTo(257);
        assertThat(points.stream().mapToLong(HistogramPointData::getCount).sum())
            .isGreaterThanOrEqualTo(10_000);
        assertThat(histogram(reader, "weir.task.duration", "weir.task.name", "other").getCount())
            .isGreaterThanOrEqualTo(10_000 - 256);
      }
    }

    @Test
    void are_counted_by_bulkhead_while_they_run_and_wait(TestDatabase database) {
      try (House house = open(database)) {
        var release = new CountDownLatch(1);
        for (int i = 0; i < 6; i++) {
          house
              .tasks()
              .submit(
                  Task.named("fill").bulkhead("narrow"), () -> release.await(60, TimeUnit.SECONDS));
        }
        house.tasks().submit("free", () -> release.await(60, TimeUnit.SECONDS));
        assertThatThrownBy(
                () -> house.tasks().submit(Task.named("fill").bulkhead("narrow"), () -> 1))
            .isInstanceOf(AdmissionRejectedException.class);
        Await.until(
            PATIENCE,
            "both to run",
            () ->
                value(reader, "weir.task.active", "weir.bulkhead", "narrow") == 1
                    && value(reader, "weir.task.active", "weir.bulkhead", "none") == 1);
        assertThat(value(reader, "weir.task.queued", "weir.bulkhead", "narrow")).isEqualTo(5);
        assertThat(value(reader, "weir.gate.queued", "weir.gate", "narrow")).isEqualTo(5);
        assertThat(
                value(
                    reader,
                    "weir.gate.rejected",
                    "weir.gate",
                    "narrow",
                    "weir.reason",
                    "queue_full"))
            .isOne();
        release.countDown();
      }
    }
  }

  @Test
  void objectives_are_counted_and_their_burn_rates_told_once_a_window(TestDatabase database) {
    try (House house = open(database)) {
      assertThat(
              metric(reader, "weir.slo.events").getLongSumData().getPoints().stream()
                  .collect(
                      Collectors.toMap(
                          point ->
                              point.getAttributes().get(AttributeKey.stringKey("weir.outcome")),
                          point -> point.getValue())))
          .containsOnly(Map.entry("good", 2L), Map.entry("bad", 1L));
      assertThat(
              metric(reader, "weir.slo.burn_rate").getDoubleGaugeData().getPoints().stream()
                  .map(point -> point.getAttributes().get(AttributeKey.stringKey("weir.window"))))
          .containsExactlyInAnyOrder("5m", "30m", "1h", "2h", "6h", "1d", "3d");
      assertThat(metric(reader, "weir.slo.budget.remaining").getDoubleGaugeData().getPoints())
          .singleElement()
          .satisfies(point -> assertThat(point.getValue()).isNegative());
      assertThat(house.connections().snapshot().used()).isZero();
    }
  }

  @Test
  void health_is_one_a_half_nought_or_absent(TestDatabase database) {
    Evidence some = Evidence.of("n", 1);
    try (House house = House.open(House.config(database), sdk);
        HealthRegistry registry =
            registry(
                house,
                monitor(Health.up("fine")),
                monitor(new Health.Degraded("slow", "b", some, "c")),
                monitor(new Health.Down("gone", "b", some, "c")),
                monitor(new Health.Unknown("lost", "b", some, "c")))) {
      assertThat(registry.refresh().status()).isEqualTo(Status.DOWN);
      house.observe(registry);
      assertThat(
              metric(reader, "weir.health.status").getDoubleGaugeData().getPoints().stream()
                  .collect(
                      Collectors.toMap(
                          point ->
                              point.getAttributes().get(AttributeKey.stringKey("weir.monitor")),
                          point -> point.getValue())))
          .hasSize(3)
          .containsEntry("fine", 1.0)
          .containsEntry("slow", 0.5)
          .containsEntry("gone", 0.0);
    }
  }
}
