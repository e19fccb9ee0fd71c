package dev.weir.monitoring.telemetry;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.pool.PoolSnapshot;
import dev.weir.tasks.TasksSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * One figure of this moment.
 *
 * @param metric which
 * @param attributes what tells it from others of the same metric, possibly empty
 * @param value how much, in the metric's unit
 */
public record Reading(Metric metric, String attributes, double value) {

  private static final List<Double> QUANTILES = List.of(0.5, 0.99);

  static List<Reading> all(
      PoolSnapshot pool, TasksSnapshot tasks, PoolMetrics poolMetrics, TaskMetrics taskMetrics) {
    var all = new ArrayList<Reading>();
    all.add(new Reading(Metric.CONNECTION_COUNT, "db.client.connection.state=used", pool.used()));
    all.add(new Reading(Metric.CONNECTION_COUNT, "db.client.connection.state=idle", pool.idle()));
    all.add(new Reading(Metric.CONNECTION_PENDING, "", pool.gate().queued()));
    all.add(new Reading(Metric.CONNECTION_TIMEOUTS, "", poolMetrics.refusals(Reason.DEADLINE)));
    long admitted = pool.gate().admitted();
    addQuantiles(all, Metric.WAIT_TIME, q -> poolMetrics.waitQuantile(admitted, q));
    addQuantiles(all, Metric.USE_TIME, poolMetrics::useQuantile);
    addQuantiles(all, Metric.CREATE_TIME, poolMetrics::createQuantile);
    all.add(new Reading(Metric.GATE_ADMITTED, "weir.gate=" + pool.gate().name(), admitted));
    all.add(
        new Reading(
            Metric.GATE_REJECTED, "weir.gate=" + pool.gate().name(), pool.gate().rejected()));
    all.add(new Reading(Metric.TASK_ACTIVE, "", tasks.running()));
    addQuantiles(all, Metric.TASK_DURATION, taskMetrics::durationQuantile);
    return List.copyOf(all);
  }

  /** Nothing to say is better than a quantile of nothing. */
  private static void addQuantiles(List<Reading> all, Metric metric, DoubleUnaryOperator quantile) {
    for (double q : QUANTILES) {
      double value = quantile.applyAsDouble(q);
      if (!Double.isNaN(value)) {
        all.add(new Reading(metric, "quantile=" + q, value));
      }
    }
  }
}
