package dev.weir.monitoring;

import dev.weir.monitoring.telemetry.Observed;
import dev.weir.monitoring.telemetry.PoolMetrics;
import dev.weir.monitoring.telemetry.TaskMetrics;
import dev.weir.pool.PoolListener;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.TaskListener;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The bridge from the floors below to OpenTelemetry, with a few figures for people beside it.
 *
 * <p>It starts no thread. What the listeners are told goes into striped counters and, with one
 * record each, into histograms; everything else is read in one callback when somebody collects.
 * {@code db.client.connection.wait_time} counts those who did not wait too: as zeros, at
 * collection. {@code db.client.connection.use_time} records one use in 64, chosen uniformly: its
 * shape is true, its count is not the number of uses. At most 256 task names have series of their
 * own. Without an SDK nothing of it is seen and nothing is allocated. Safe for use by many threads.
 */
public final class Telemetry implements AutoCloseable {

  private static final String SCOPE = "dev.weir";

  private final Meter meter;
  private final PoolMetrics poolMetrics;
  private final TaskMetrics taskMetrics;
  private final AtomicBoolean observing = new AtomicBoolean();
  private volatile @Nullable Observed observed;
  private final AtomicReference<@Nullable BatchCallback> callback = new AtomicReference<>();

  private Telemetry(Meter meter) {
    this.meter = meter;
    this.poolMetrics = new PoolMetrics(meter);
    this.taskMetrics = new TaskMetrics(meter);
  }

  /** Opens the bridge to this instance, which stays its owner's. */
  public static Telemetry open(OpenTelemetry openTelemetry) {
    return new Telemetry(openTelemetry.getMeter(SCOPE));
  }

  /** To be given to the pool when it is opened. */
  public PoolListener poolListener() {
    return poolMetrics;
  }

  /**
   * The trace that the calling thread is in, in the form of W3C's Trace Context, version 00; null
   * if it is in none.
   */
  public static @Nullable String traceParent() {
    SpanContext span = Span.current().getSpanContext();
    return span.isValid()
        ? "00-%s-%s-%s".formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex())
        : null;
  }

  /** To be given to the task managers when they are opened. */
  public TaskListener taskListener() {
    return taskMetrics;
  }

  /**
   * From now on these are looked at whenever somebody collects.
   *
   * @throws IllegalStateException if something is looked at already: the figures of two pools under
   *     one name would be those of neither
   */
  public void observe(
      UnifiedConnectionManager connections, BackgroundTaskManager tasks, HealthRegistry health) {
    if (!observing.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "This telemetry observes a pool already; open one of its own for each Weir.");
    }
    var sources =
        new Observed.Sources(connections::snapshot, tasks::snapshot, () -> values(health.report()));
    var all = new Observed(meter, sources, poolMetrics);
    observed = all;
    callback.set(all.register(meter));
  }

  private static Map<String, Double> values(HealthReport report) {
    var values = new LinkedHashMap<String, Double>();
    for (MonitorReport part : report.monitors()) {
      switch (part.health().status()) {
        case UP -> values.put(part.name(), 1.0);
        case DEGRADED -> values.put(part.name(), 0.5);
        case DOWN -> values.put(part.name(), 0.0);
        case UNKNOWN -> {}
      }
    }
    return values;
  }

  /**
   * The ten metrics that are asked for most, as of now, with or without an SDK; empty before {@link
   * #observe}. Quantiles are off by an eighth at most and left out while there is nothing to count.
   */
  public List<Figure> figures() {
    Observed all = observed;
    return all == null
        ? List.of()
        : all.readings(taskMetrics).stream()
            .map(
                it -> new Figure(it.metric().id(), it.attributes(), it.value(), it.metric().unit()))
            .toList();
  }

  /**
   * Nothing is looked at any more; the listeners may still be called. Closing twice is harmless.
   */
  @Override
  public void close() {
    BatchCallback registered = callback.getAndSet(null);
    if (registered != null) {
      registered.close();
    }
  }

  /**
   * A figure of one moment.
   *
   * @param name the metric's name
   * @param attributes what tells it from others of that name: {@code name=value} or nothing
   * @param value how much
   * @param unit of what, in UCUM
   */
  public record Figure(String name, String attributes, double value, String unit) {}
}
