package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.monitoring.Health.Status;
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
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TelemetryTest extends ObservedTest {

  /** Name, type, unit, attributes: as the conventions and Weir's own list have them. */
  private static final List<String> GOLDEN =
      List.of(
          "db.client.connection.count LONG_SUM {connection} db.client.connection.pool.name db.client.connection.state db.system.name server.address server.port",
          "db.client.connection.create_time HISTOGRAM s db.client.connection.pool.name db.system.name server.address server.port",
          "db.client.connection.idle.min LONG_SUM {connection} db.client.connection.pool.name db.system.name server.address server.port",
          "db.client.connection.max LONG_SUM {connection} db.client.connection.pool.name db.system.name server.address server.port",
          "db.client.connection.pending_requests LONG_SUM {request} db.client.connection.pool.name db.system.name server.address server.port",
          "db.client.connection.timeouts LONG_SUM {timeout} db.client.connection.pool.name db.system.name server.address server.port",
          "db.client.connection.use_time HISTOGRAM s db.client.connection.pool.name db.system.name server.address server.port weir.lane",
          "db.client.connection.wait_time HISTOGRAM s db.client.connection.pool.name db.system.name server.address server.port weir.lane",
          "weir.gate.admitted LONG_SUM {request} weir.gate weir.lane",
          "weir.gate.in_use LONG_SUM {permit} weir.gate weir.lane",
          "weir.gate.limit LONG_SUM {permit} weir.gate",
          "weir.gate.queued LONG_SUM {request} weir.gate weir.lane",
          "weir.gate.rejected LONG_SUM {request} weir.gate weir.lane weir.reason",
          "weir.health.status DOUBLE_GAUGE 1 weir.monitor",
          "weir.task.active LONG_SUM {task} weir.bulkhead",
          "weir.task.duration HISTOGRAM s error.type weir.outcome weir.task.name",
          "weir.task.queued LONG_SUM {task} weir.bulkhead");

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
    void have_the_names_units_and_attributes_of_the_golden_list(TestDatabase database) {
      try (House house = open(database)) {
        use(house);
        Collection<MetricData> all = reader.collectAllMetrics();
        assertThat(described(all)).containsExactlyElementsOf(GOLDEN);
        assertThat(all)
            .allSatisfy(
                it -> assertThat(it.getInstrumentationScopeInfo().getName()).isEqualTo("dev.weir"))
            .allSatisfy(it -> assertThat(it.getDescription()).isNotBlank())
            .noneMatch(it -> it.getName().startsWith("db.client.connections."));
      }
    }

    /** Something of everything. */
    private void use(House house) {
      house.telemetry().poolListener().used("interactive", 1_000);
      borrow(house.connections(), 1);
      house.tasks().submit("ok", () -> 1).await();
      assertThatThrownBy(
              () ->
                  house
                      .tasks()
                      .submit(
                          "bad",
                          () -> {
                            throw new IllegalStateException("on purpose");
                          })
                      .await())
          .hasRootCauseMessage("on purpose");
    }

    private List<String> described(Collection<MetricData> all) {
      var lines = new TreeMap<String, String>();
      for (MetricData metric : all) {
        var keys = new TreeSet<String>();
        metric
            .getData()
            .getPoints()
            .forEach(point -> point.getAttributes().forEach((key, _) -> keys.add(key.getKey())));
        lines.put(
            metric.getName(),
            "%s %s %s %s"
                .formatted(
                    metric.getName(), metric.getType(), metric.getUnit(), String.join(" ", keys)));
      }
      return List.copyOf(lines.values());
    }

    @Test
    void are_of_the_kind_that_goes_up_only_or_both_ways(TestDatabase database) {
      try (House house = open(database)) {
        borrow(house.connections(), 1);
        assertThat(reader.collectAllMetrics())
            .filteredOn(it -> it.getType().name().equals("LONG_SUM"))
            .filteredOn(it -> it.getLongSumData().isMonotonic())
            .extracting(MetricData::getName)
            .containsExactlyInAnyOrder(
                "db.client.connection.timeouts", "weir.gate.admitted", "weir.gate.rejected");
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
            .filteredOn(it -> it.getUnit().equals("s"))
            .hasSize(4)
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
        house.telemetry().observe(house.connections(), house.tasks(), registry(house));
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
          listener.finished("import", outcome, 20_000_000);
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
    void beyond_256_names_share_one(TestDatabase database) {
      try (House house = open(database)) {
        for (int i = 0; i < 10_000; i++) {
          house.telemetry().taskListener().finished("task-" + i, Outcome.SUCCEEDED, 1);
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
      house.telemetry().observe(house.connections(), house.tasks(), registry);
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
