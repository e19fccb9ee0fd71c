package dev.weir.monitoring;

import dev.weir.config.HealthConfig;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What tests of telemetry share: a real SDK with two readers, and a look into what they got. */
@RealServers
@Timeout(120)
abstract class ObservedTest {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  final InMemoryMetricReader reader = InMemoryMetricReader.create();
  final InMemoryMetricReader secondReader = InMemoryMetricReader.create();
  final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .setMeterProvider(
              SdkMeterProvider.builder()
                  .registerMetricReader(reader)
                  .registerMetricReader(secondReader)
                  .build())
          .build();

  @AfterEach
  void close() {
    sdk.close();
  }

  House open(TestDatabase database) {
    return observed(House.open(House.config(database), sdk));
  }

  static House observed(House house) {
    HealthRegistry registry = registry(house, monitor(Health.up("fine")));
    registry.refresh();
    house.observe(registry);
    return house;
  }

  static HealthRegistry registry(House house, HealthMonitor... monitors) {
    return registry(house, house.telemetry(), monitors);
  }

  /** One that tells this telemetry too. */
  static HealthRegistry registry(House house, Telemetry other, HealthMonitor... monitors) {
    return HealthRegistry.open(
        HealthConfig.defaults(),
        house.system(),
        List.of(monitors),
        List.of(),
        Stream.of(house.telemetry(), other).distinct().map(Telemetry::checkListener).toList());
  }

  static MetricData metric(InMemoryMetricReader reader, String name) {
    return reader.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static long value(InMemoryMetricReader reader, String name, String... attributes) {
    return metric(reader, name).getLongSumData().getPoints().stream()
        .filter(point -> has(point, attributes))
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  static HistogramPointData histogram(
      InMemoryMetricReader reader, String name, String... attributes) {
    return metric(reader, name).getHistogramData().getPoints().stream()
        .filter(point -> has(point, attributes))
        .findFirst()
        .orElseThrow();
  }

  static boolean has(PointData point, String... attributes) {
    for (int i = 0; i < attributes.length; i += 2) {
      String value = point.getAttributes().get(AttributeKey.stringKey(attributes[i]));
      if (!attributes[i + 1].equals(value)) {
        return false;
      }
    }
    return true;
  }

  static void borrow(UnifiedConnectionManager connections, int times) {
    for (int i = 0; i < times; i++) {
      connections.useSession(_ -> {});
    }
  }

  /** Keeps every permit that the lane interactive may have until it is let go. */
  static void occupy(House house, CountDownLatch release, Runnable meanwhile) {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var inside = new CountDownLatch(3);
      for (int i = 0; i < 3; i++) {
        var _ =
            callers.submit(
                () ->
                    house
                        .connections()
                        .withSession(
                            _ -> {
                              inside.countDown();
                              return release.await(60, TimeUnit.SECONDS);
                            }));
      }
      Await.until(PATIENCE, "three sessions", () -> inside.getCount() == 0);
      meanwhile.run();
      release.countDown();
    }
  }

  static HealthMonitor monitor(Health health) {
    return new HealthMonitor() {
      @Override
      public String name() {
        return health.component();
      }

      @Override
      public Kind kind() {
        return Kind.READINESS;
      }

      @Override
      public Health check() {
        return health;
      }
    };
  }
}
