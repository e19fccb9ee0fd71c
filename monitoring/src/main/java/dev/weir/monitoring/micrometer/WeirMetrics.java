package dev.weir.monitoring.micrometer;

import dev.weir.monitoring.Telemetry;
import dev.weir.monitoring.telemetry.Distribution;
import dev.weir.monitoring.telemetry.Metric;
import dev.weir.monitoring.telemetry.Readout.Series;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.opentelemetry.api.common.Attributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Weir's metrics for one registry: {@code new WeirMetrics(weir.telemetry()).bindTo(registry)}.
 *
 * <p>Sums that only go up are counters, distributions timers with the same buckets, all others
 * gauges. A series that comes up later, such as that of a bulkhead first used, is registered when
 * any figure is next read. From then on OpenTelemetry is told no metrics. Safe for use by many
 * threads.
 */
// Whoever names a registry has Micrometer; a module that does not need not have it.
@SuppressWarnings("exports")
public final class WeirMetrics implements MeterBinder {

  /** One look serves all meters that are read together. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final String MISSING = "none";

  private final Telemetry telemetry;

  /** Counters refer to it weakly. */
  private final List<Looks> bound = new ArrayList<>();

  /** The metrics of this telemetry. */
  public WeirMetrics(Telemetry telemetry) {
    this.telemetry = Objects.requireNonNull(telemetry, "telemetry");
  }

  /**
   * Registers all meters.
   *
   * @throws IllegalStateException if {@code telemetry.target} wants the metrics elsewhere, or this
   *     is bound to another registry already: a distribution is recorded in one
   */
  @Override
  public synchronized void bindTo(MeterRegistry registry) {
    if (!bound.isEmpty()) {
      throw new IllegalStateException(
          "Weir's metrics are bound to a registry already: use a composite registry for several.");
    }
    Telemetry.Registered all = telemetry.giveToMicrometer();
    var looks = new Looks(registry, all);
    bound.add(looks);
    looks.look();
    all.ledger().follow(one -> timed(registry, one));
  }

  private static void timed(MeterRegistry registry, Distribution one) {
    Timer timer =
        Timer.builder(one.metric().id())
            .description(one.metric().description())
            .tags(tags(one.metric(), one.attributes()))
            .serviceLevelObjectives(
                one.metric().buckets().stream()
                    .map(it -> Duration.ofNanos(Math.round(it * 1e9)))
                    .toArray(Duration[]::new))
            .register(registry);
    one.follow(nanos -> timer.record(nanos, TimeUnit.NANOSECONDS));
  }

  /** Prometheus wants the same keys in every series of a metric. */
  private static Tags tags(Metric metric, Attributes attributes) {
    var tags = new ArrayList<Tag>();
    for (String key : metric.attributes()) {
      tags.add(Tag.of(key, MISSING));
    }
    attributes.forEach((key, value) -> tags.add(Tag.of(key.getKey(), value.toString())));
    return Tags.of(tags); // of two with one key the later counts
  }

  /** Looks at all values, and registers those that are new. */
  private static final class Looks {

    private final MeterRegistry registry;
    private final Telemetry.Registered all;
    private final Set<Series> registered = ConcurrentHashMap.newKeySet();
    private volatile Map<Series, Double> seen = Map.of();
    private long seenAt;

    Looks(MeterRegistry registry, Telemetry.Registered all) {
      this.registry = registry;
      this.all = all;
    }

    synchronized void look() {
      seen = all.readout().read();
      seenAt = System.nanoTime();
      for (Series series : seen.keySet()) {
        if (registered.add(series)) {
          register(series);
        }
      }
    }

    private double value(Series series) {
      synchronized (this) {
        if (System.nanoTime() - seenAt > FRESH_NANOS) {
          look();
        }
      }
      @Nullable Double value = seen.get(series);
      return value == null ? Double.NaN : value;
    }

    private void register(Series series) {
      Metric metric = series.metric();
      if (metric.kind() == Metric.Kind.COUNTER) {
        FunctionCounter.builder(metric.id(), this, it -> it.value(series))
            .description(metric.description())
            .tags(tags(metric, series.attributes()))
            .register(registry);
      } else {
        Gauge.builder(metric.id(), () -> value(series))
            .description(metric.description())
            .baseUnit(metric.prometheusUnit().orElse(null))
            .tags(tags(metric, series.attributes()))
            .register(registry);
      }
    }
  }
}
