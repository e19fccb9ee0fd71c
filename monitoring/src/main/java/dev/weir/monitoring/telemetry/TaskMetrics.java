package dev.weir.monitoring.telemetry;

import dev.weir.tasks.TaskListener;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what the task managers tell. Safe for use by many threads; a call allocates only for a
 * name it has not seen. The first 256 names have series of their own, all further ones share {@code
 * other}.
 */
public final class TaskMetrics implements TaskListener {

  private static final int MOST_NAMES = 256;
  private static final String OTHER = "other";
  private static final double NANOS = 1e9;
  private static final List<Double> DURATION =
      List.of(
          0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0,
          60.0, 120.0, 300.0);

  private final ConcurrentHashMap<String, Map<Outcome, Attributes>> names =
      new ConcurrentHashMap<>();
  private final Map<Outcome, Attributes> other = attributes(OTHER);
  private final LatencyRecorder durations = new LatencyRecorder();
  private final DoubleHistogram duration;

  /** Makes the histogram. */
  public TaskMetrics(Meter meter) {
    this.duration = Metric.TASK_DURATION.histogram(meter, DURATION);
  }

  @Override
  public void finished(String name, Outcome outcome, long runNanos) {
    durations.record(runNanos);
    duration.record(runNanos / NANOS, Objects.requireNonNull(of(name).get(outcome)));
  }

  private Map<Outcome, Attributes> of(String name) {
    Map<Outcome, Attributes> known = names.get(name);
    return known != null ? known : add(name);
  }

  private Map<Outcome, Attributes> add(String name) {
    return names.size() < MOST_NAMES ? addUpToBound(name) : other;
  }

  private synchronized Map<Outcome, Attributes> addUpToBound(String name) {
    return names.size() < MOST_NAMES
        ? names.computeIfAbsent(name, TaskMetrics::attributes)
        : names.getOrDefault(name, other);
  }

  private static Map<Outcome, Attributes> attributes(String name) {
    var all = new EnumMap<Outcome, Attributes>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      var attributes = Attributes.builder().put("weir.task.name", name);
      switch (outcome) {
        case SUCCEEDED -> attributes.put("weir.outcome", "ok");
        // The listener is not told what was thrown.
        case FAILED -> attributes.put("weir.outcome", "failed").put("error.type", "_OTHER");
        case CANCELLED -> attributes.put("weir.outcome", "cancelled");
        case TIMED_OUT -> attributes.put("weir.outcome", "timeout").put("error.type", "timeout");
      }
      all.put(outcome, attributes.build());
    }
    return all;
  }

  double durationQuantile(double quantile) {
    return LatencyRecorder.quantile(List.of(durations), 0, quantile);
  }
}
