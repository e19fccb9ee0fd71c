package dev.weir.monitoring.telemetry;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.LaneSnapshot;
import dev.weir.pool.PoolListener;
import dev.weir.pool.PoolSnapshot;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the pool tells. Safe for use by many threads; no call of the listener allocates.
 *
 * <p>The distribution of waits stays unbiased although the pool tells only of those who waited:
 * those who did not are known as a number, what the gate has admitted less what was told, and are
 * recorded as zeros when figures are collected. That costs the collecting thread what it would else
 * have cost the callers.
 *
 * <p>Lanes are declared in the configuration, so their number needs no bound here.
 */
public final class PoolMetrics implements PoolListener {

  private static final double NANOS = 1e9;
  private static final int EARLY = 256;
  private static final List<Double> CREATE =
      List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);
  private static final List<Double> WAIT =
      List.of(0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0);
  private static final List<Double> USE =
      List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0);

  private final ConcurrentHashMap<String, LaneMetrics> lanes = new ConcurrentHashMap<>();
  private final LatencyRecorder creates = new LatencyRecorder();
  private final DoubleHistogram createTime;
  private final DoubleHistogram waitTime;
  private final DoubleHistogram useTime;

  /** Opened before the node was known; the pool's first sockets are. */
  private final List<Long> early = new ArrayList<>();

  private volatile @Nullable Node node;

  /** Makes the histograms; nothing is recorded in them before the node is known. */
  public PoolMetrics(Meter meter) {
    this.createTime = Metric.CREATE_TIME.histogram(meter, CREATE);
    this.waitTime = Metric.WAIT_TIME.histogram(meter, WAIT);
    this.useTime = Metric.USE_TIME.histogram(meter, USE);
  }

  @Override
  public void waited(String lane, long nanos) {
    LaneMetrics metrics = lane(lane);
    metrics.waits.record(nanos);
    Node known = node;
    if (known != null) {
      waitTime.record(nanos / NANOS, metrics.attributes(known));
    }
  }

  @Override
  public void used(String lane, long nanos) {
    LaneMetrics metrics = lane(lane);
    metrics.uses.record(nanos);
    Node known = node;
    if (known != null) {
      useTime.record(nanos / NANOS, metrics.attributes(known));
    }
  }

  @Override
  public void rejected(String lane, Reason reason) {
    lane(lane).refusals(reason).increment();
  }

  @Override
  public void connected(long nanos) {
    creates.record(nanos);
    Node known = knownOrKept(nanos);
    if (known != null) {
      createTime.record(nanos / NANOS, known.attributes());
    }
  }

  private synchronized @Nullable Node knownOrKept(long nanos) {
    if (node == null && early.size() < EARLY) {
      early.add(nanos);
    }
    return node;
  }

  synchronized void bind(Node known) {
    node = known;
    early.forEach(nanos -> createTime.record(nanos / NANOS, known.attributes()));
    early.clear();
  }

  LaneMetrics lane(String name) {
    LaneMetrics known = lanes.get(name);
    return known != null ? known : lanes.computeIfAbsent(name, LaneMetrics::new);
  }

  /** Records those who did not wait; called when figures are collected. */
  void recordZeroWaits(PoolSnapshot pool, Node known) {
    for (LaneSnapshot lane : pool.gate().lanes()) {
      LaneMetrics metrics = lane(lane.name());
      var attributes = metrics.attributes(known);
      for (long due = metrics.takeZeros(lane.admitted()); due > 0; due--) {
        waitTime.record(0, attributes, Context.root());
      }
    }
  }

  long refusals(Reason reason) {
    return lanes.values().stream().mapToLong(lane -> lane.refusals(reason).sum()).sum();
  }

  /** Quantile of the waits of all lanes in seconds, those who did not wait included. */
  double waitQuantile(long admitted, double quantile) {
    Collection<LatencyRecorder> waits = recorders(lane -> lane.waits);
    long waited = waits.stream().mapToLong(LatencyRecorder::count).sum();
    return LatencyRecorder.quantile(waits, Math.max(0, admitted - waited), quantile);
  }

  double useQuantile(double quantile) {
    return LatencyRecorder.quantile(recorders(lane -> lane.uses), 0, quantile);
  }

  double createQuantile(double quantile) {
    return LatencyRecorder.quantile(List.of(creates), 0, quantile);
  }

  private List<LatencyRecorder> recorders(Function<LaneMetrics, LatencyRecorder> which) {
    return lanes.values().stream().map(which).toList();
  }
}
