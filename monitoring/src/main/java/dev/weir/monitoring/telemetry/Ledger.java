package dev.weir.monitoring.telemetry;

import dev.weir.monitoring.telemetry.Metric.Kind;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All distributions. Safe for use by many threads. */
public final class Ledger {

  private record Key(Metric metric, Attributes attributes) {}

  private final ConcurrentHashMap<Key, Distribution> all = new ConcurrentHashMap<>();
  private final Map<Metric, DoubleHistogram> histograms = new EnumMap<>(Metric.class);
  private final List<Consumer<Distribution>> followers = new ArrayList<>();
  private volatile boolean told;

  /**
   * With a histogram of OpenTelemetry behind each.
   *
   * @param meter null if OpenTelemetry is told nothing
   */
  public Ledger(@Nullable Meter meter) {
    Meter makes = meter == null ? io.opentelemetry.api.metrics.MeterProvider.noop().get("") : meter;
    for (Metric metric : Metric.values()) {
      if (metric.kind() == Kind.HISTOGRAM) {
        histograms.put(metric, histogram(makes, metric));
      }
    }
    this.told = meter != null;
  }

  private static DoubleHistogram histogram(Meter meter, Metric metric) {
    return meter
        .histogramBuilder(metric.id())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .setExplicitBucketBoundariesAdvice(metric.buckets())
        .build();
  }

  boolean isTold() {
    return told;
  }

  /** From now on OpenTelemetry is told nothing. */
  public void leave() {
    told = false;
  }

  /** That of these attributes, made if there is none yet. */
  public Distribution of(Metric metric, Attributes attributes) {
    var key = new Key(metric, attributes);
    Distribution known = all.get(key);
    return known == null ? open(key) : known;
  }

  private synchronized Distribution open(Key key) {
    Distribution known = all.get(key);
    if (known != null) {
      return known;
    }
    var fresh =
        new Distribution(
            this, key.metric, key.attributes, Objects.requireNonNull(histograms.get(key.metric)));
    followers.forEach(it -> it.accept(fresh));
    all.put(key, fresh);
    return fresh;
  }

  /** Tells this of all there are, and of each later one before it counts anything. */
  public synchronized void follow(Consumer<Distribution> follower) {
    followers.add(follower);
    all.values().forEach(follower);
  }

  /** All there are. */
  public List<Distribution> all() {
    return List.copyOf(all.values());
  }
}
