package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.TelemetryConfig;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RealServers
@Timeout(120)
class OtlpTest {

  private static final int PATIENCE_SECONDS = 30;

  @Test
  void what_is_received_is_what_was_sent_and_what_the_conventions_say(TestDatabase database)
      throws IOException {
    InMemorySpanExporter sent = InMemorySpanExporter.create();
    try (Receiver receiver = new Receiver();
        OpenTelemetrySdk sdk = sdk(receiver, sent);
        House house = ObservedTest.observed(House.open(House.config(database), sdk))) {
      Span caller = sdk.getTracer("test").spanBuilder("caller").startSpan();
      try (Scope _ = caller.makeCurrent()) {
        Bustle.in(house);
      } finally {
        caller.end();
      }
      assertThat(
              sdk.getSdkMeterProvider()
                  .forceFlush()
                  .join(PATIENCE_SECONDS, TimeUnit.SECONDS)
                  .isSuccess())
          .isTrue();
      assertThat(
              sdk.getSdkTracerProvider()
                  .forceFlush()
                  .join(PATIENCE_SECONDS, TimeUnit.SECONDS)
                  .isSuccess())
          .isTrue();

      Map<String, Convention> conventions = Convention.all();
      Map<String, Metric> metrics = receiver.metrics();
      assertThat(metrics).containsOnlyKeys(conventions.keySet());
      metrics.forEach(
          (name, metric) -> assertFits(metric, Objects.requireNonNull(conventions.get(name))));

      assertThat(number(metrics, "weir.gate.admitted", "primary"))
          .isEqualTo(house.connections().snapshot().gate().admitted());
      assertThat(number(metrics, "weir.task.retries", "flaky")).isOne();
      assertThat(number(metrics, "weir.task.dead_letters", "bad")).isOne();
      assertThat(number(metrics, "weir.events.published", Bustle.Happened.class.getName())).isOne();
      assertThat(receiver.spans())
          .hasSameSizeAs(sent.getFinishedSpanItems())
          .extracting(span -> span.getName())
          .contains("caller", "task ok", "session interactive", "transaction interactive");
    }
  }

  private static OpenTelemetrySdk sdk(Receiver receiver, InMemorySpanExporter sent) {
    return OpenTelemetrySdk.builder()
        .setMeterProvider(
            SdkMeterProvider.builder()
                .registerMetricReader(
                    PeriodicMetricReader.create(
                        OtlpHttpMetricExporter.builder()
                            .setEndpoint(receiver.address() + "/v1/metrics")
                            .build()))
                .build())
        .setTracerProvider(
            SdkTracerProvider.builder()
                .addSpanProcessor(
                    BatchSpanProcessor.builder(
                            OtlpHttpSpanExporter.builder()
                                .setEndpoint(receiver.address() + "/v1/traces")
                                .build())
                        .build())
                .addSpanProcessor(SimpleSpanProcessor.create(sent))
                .build())
        .build();
  }

  private static void assertFits(Metric metric, Convention convention) {
    assertThat(instrument(metric)).as(metric.getName()).isEqualTo(convention.instrument());
    assertThat(metric.getUnit()).as(metric.getName()).isEqualTo(convention.unit());
    assertThat(convention.attributes()).as(metric.getName()).containsAll(keys(metric));
    assertThat(metric.getDescription()).as(metric.getName()).isNotBlank();
  }

  private static String instrument(Metric metric) {
    return switch (metric.getDataCase()) {
      case SUM -> metric.getSum().getIsMonotonic() ? "counter" : "updowncounter";
      case GAUGE -> "gauge";
      case HISTOGRAM -> "histogram";
      default -> metric.getDataCase().name();
    };
  }

  private static Set<String> keys(Metric metric) {
    return attributes(metric).map(KeyValue::getKey).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<KeyValue> attributes(Metric metric) {
    return switch (metric.getDataCase()) {
      case HISTOGRAM ->
          metric.getHistogram().getDataPointsList().stream()
              .flatMap(it -> it.getAttributesList().stream());
      default -> numbers(metric).stream().flatMap(it -> it.getAttributesList().stream());
    };
  }

  private static List<NumberDataPoint> numbers(Metric metric) {
    return metric.hasSum()
        ? metric.getSum().getDataPointsList()
        : metric.getGauge().getDataPointsList();
  }

  private static long number(Map<String, Metric> all, String name, String attribute) {
    return numbers(Objects.requireNonNull(all.get(name), name)).stream()
        .filter(
            it ->
                it.getAttributesList().stream()
                    .anyMatch(one -> one.getValue().getStringValue().equals(attribute)))
        .mapToLong(NumberDataPoint::getAsInt)
        .sum();
  }

  @Test
  void an_sdk_is_started_where_the_process_is_told_to_and_sends_the_rest_at_the_end(
      TestDatabase database) throws IOException {
    try (Receiver receiver = new Receiver()) {
      Map<String, String> told =
          Map.of(
              "otel.exporter.otlp.protocol",
              "http/protobuf",
              "otel.exporter.otlp.endpoint",
              receiver.address(),
              "otel.logs.exporter",
              "none",
              "otel.metric.export.interval",
              "600000");
      told.forEach(System::setProperty);
      try {
        Telemetry telemetry = Telemetry.open(TelemetryConfig.defaults());
        try (House house = ObservedTest.observed(House.open(House.config(database), telemetry))) {
          house.tasks().run("ok", () -> {}).await();
          assertThat(receiver.metrics()).isEmpty();
        }
        assertThat(receiver.metrics())
            .containsKeys("weir.gate.limit", "weir.task.duration", "weir.health.status");
        assertThat(receiver.spans()).extracting(it -> it.getName()).contains("task ok");
        assertThat(GlobalOpenTelemetry.isSet()).isFalse();
        telemetry.close();
      } finally {
        told.keySet().forEach(System::clearProperty);
      }
    }
  }

  @Test
  void a_global_instance_may_be_set_after_the_start() {
    try (Telemetry telemetry = Telemetry.open(TelemetryConfig.defaults())) {
      assertThat(telemetry.figures()).isEmpty();
      GlobalOpenTelemetry.set(OpenTelemetry.noop());
      assertThat(GlobalOpenTelemetry.isSet()).isTrue();
    } finally {
      GlobalOpenTelemetry.resetForTest();
    }
  }
}
