package dev.weir.monitoring.telemetry;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.GateSnapshot;
import dev.weir.gate.LaneSnapshot;
import dev.weir.pool.PoolSnapshot;
import dev.weir.tasks.TasksSnapshot;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Figures that are read when they are collected, all in one callback. Safe for use by many threads.
 */
public final class Observed {

  /**
   * What is looked at.
   *
   * @param health 1, 0.5 or 0 for each monitor of which one can tell
   */
  public record Sources(
      Supplier<PoolSnapshot> pool,
      Supplier<TasksSnapshot> tasks,
      Supplier<Map<String, Double>> health) {}

  private static final int MOST_BULKHEADS = 64;
  private static final AttributeKey<String> GATE = AttributeKey.stringKey("weir.gate");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("weir.reason");
  private static final AttributeKey<String> BULKHEAD = AttributeKey.stringKey("weir.bulkhead");
  private static final AttributeKey<String> MONITOR = AttributeKey.stringKey("weir.monitor");

  private final Sources sources;
  private final PoolMetrics metrics;
  private final Node node;
  private final Attributes idle;
  private final Attributes used;
  private final ObservableLongMeasurement count;
  private final ObservableLongMeasurement max;
  private final ObservableLongMeasurement idleMin;
  private final ObservableLongMeasurement pending;
  private final ObservableLongMeasurement timeouts;
  private final ObservableLongMeasurement limit;
  private final ObservableLongMeasurement inUse;
  private final ObservableLongMeasurement queued;
  private final ObservableLongMeasurement admitted;
  private final ObservableLongMeasurement rejected;
  private final ObservableLongMeasurement tasksActive;
  private final ObservableLongMeasurement tasksQueued;
  private final ObservableDoubleMeasurement health;

  /** Makes the instruments and tells {@code metrics} which node it is about. */
  public Observed(Meter meter, Sources sources, PoolMetrics metrics) {
    this.sources = sources;
    this.metrics = metrics;
    this.node = Node.of(sources.pool().get());
    this.idle = node.state("idle");
    this.used = node.state("used");
    this.count = Metric.CONNECTION_COUNT.upDownCounter(meter);
    this.max = Metric.CONNECTION_MAX.upDownCounter(meter);
    this.idleMin = Metric.CONNECTION_IDLE_MIN.upDownCounter(meter);
    this.pending = Metric.CONNECTION_PENDING.upDownCounter(meter);
    this.timeouts = Metric.CONNECTION_TIMEOUTS.counter(meter);
    this.limit = Metric.GATE_LIMIT.upDownCounter(meter);
    this.inUse = Metric.GATE_IN_USE.upDownCounter(meter);
    this.queued = Metric.GATE_QUEUED.upDownCounter(meter);
    this.admitted = Metric.GATE_ADMITTED.counter(meter);
    this.rejected = Metric.GATE_REJECTED.counter(meter);
    this.tasksActive = Metric.TASK_ACTIVE.upDownCounter(meter);
    this.tasksQueued = Metric.TASK_QUEUED.upDownCounter(meter);
    this.health = Metric.HEALTH_STATUS.gauge(meter);
    metrics.bind(node);
  }

  /** From now on every collection looks, until the callback is closed. */
  public BatchCallback register(Meter meter) {
    return meter.batchCallback(
        this::collect,
        count,
        max,
        idleMin,
        pending,
        timeouts,
        limit,
        inUse,
        queued,
        admitted,
        rejected,
        tasksActive,
        tasksQueued,
        health);
  }

  private void collect() {
    PoolSnapshot pool = sources.pool().get();
    metrics.recordZeroWaits(pool, node);
    collect(pool);
    collect(sources.tasks().get());
    sources
        .health()
        .get()
        .forEach((monitor, value) -> health.record(value, Attributes.of(MONITOR, monitor)));
  }

  private void collect(PoolSnapshot pool) {
    count.record(pool.idle(), idle);
    count.record(pool.used(), used);
    max.record(pool.max(), node.attributes());
    idleMin.record(pool.min(), node.attributes());
    pending.record(pool.gate().queued(), node.attributes());
    timeouts.record(metrics.refusals(Reason.DEADLINE), node.attributes());
    collect(pool.gate());
    for (LaneSnapshot lane : pool.gate().lanes()) {
      for (Reason reason : Reason.values()) {
        Attributes why = of(lane).toBuilder().put(REASON, text(reason)).build();
        rejected.record(metrics.lane(lane.name()).refusals(reason).sum(), why);
      }
    }
  }

  private void collect(GateSnapshot gate) {
    limit.record(gate.limit(), Attributes.of(GATE, gate.name()));
    for (LaneSnapshot lane : gate.lanes()) {
      Attributes attributes = of(lane);
      inUse.record(lane.inUse(), attributes);
      queued.record(lane.queued(), attributes);
      admitted.record(lane.admitted(), attributes);
    }
  }

  /** Beyond 64 bulkheads, gates are left out and tasks are summed up as those of "other". */
  private void collect(TasksSnapshot tasks) {
    List<GateSnapshot> all = tasks.bulkheads();
    for (GateSnapshot bulkhead : all.subList(0, Math.min(MOST_BULKHEADS, all.size()))) {
      collect(bulkhead);
      collectRefused(bulkhead);
      collectTasks(bulkhead.name(), bulkhead.inUse(), bulkhead.queued());
    }
    if (all.size() > MOST_BULKHEADS) {
      List<GateSnapshot> rest = all.subList(MOST_BULKHEADS, all.size());
      collectTasks("other", inUse(rest), queued(rest));
    }
    collectTasks(
        "none",
        Math.max(0, tasks.running() - inUse(all)),
        Math.max(0, tasks.queued() - queued(all)));
  }

  private void collectTasks(String bulkhead, long active, long waiting) {
    Attributes attributes = Attributes.of(BULKHEAD, bulkhead);
    tasksActive.record(active, attributes);
    tasksQueued.record(waiting, attributes);
  }

  /** The gate of a bulkhead is never closed and knows no deadline: it refuses for one reason. */
  private void collectRefused(GateSnapshot bulkhead) {
    for (LaneSnapshot lane : bulkhead.lanes()) {
      Attributes why = of(lane).toBuilder().put(REASON, text(Reason.QUEUE_FULL)).build();
      rejected.record(lane.rejected(), why);
    }
  }

  private static long inUse(List<GateSnapshot> gates) {
    return gates.stream().mapToLong(GateSnapshot::inUse).sum();
  }

  private static long queued(List<GateSnapshot> gates) {
    return gates.stream().mapToLong(GateSnapshot::queued).sum();
  }

  private static Attributes of(LaneSnapshot lane) {
    return Attributes.of(GATE, lane.gate(), Node.LANE, lane.name());
  }

  private static String text(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  /** The ten figures asked for most, for people. */
  public List<Reading> readings(TaskMetrics taskMetrics) {
    return Reading.all(sources.pool().get(), sources.tasks().get(), metrics, taskMetrics);
  }
}
