package dev.weir.monitoring.telemetry;

import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.List;

/** Every metric with its unit; names with {@code db.client} are OpenTelemetry's own. */
public enum Metric {
  CONNECTION_COUNT("db.client.connection.count", "{connection}", "Connections open, by state."),
  CONNECTION_MAX("db.client.connection.max", "{connection}", "The most connections allowed."),
  CONNECTION_IDLE_MIN(
      "db.client.connection.idle.min", "{connection}", "Connections kept open while idle."),
  CONNECTION_PENDING(
      "db.client.connection.pending_requests", "{request}", "Callers that wait for a connection."),
  CONNECTION_TIMEOUTS(
      "db.client.connection.timeouts",
      "{timeout}",
      "Callers whose deadline passed while they waited for a connection."),
  CREATE_TIME("db.client.connection.create_time", "s", "Time to open a connection and log in."),
  WAIT_TIME(
      "db.client.connection.wait_time",
      "s",
      "Time that admitted callers waited; those who did not wait are recorded as 0 at collection."),
  USE_TIME(
      "db.client.connection.use_time",
      "s",
      "Time that connections were held; one use in 64 is recorded, chosen uniformly."),
  GATE_LIMIT("weir.gate.limit", "{permit}", "Permits of a gate."),
  GATE_IN_USE("weir.gate.in_use", "{permit}", "Permits held."),
  GATE_QUEUED("weir.gate.queued", "{request}", "Callers that wait for a permit."),
  GATE_ADMITTED("weir.gate.admitted", "{request}", "Callers let in."),
  GATE_REJECTED("weir.gate.rejected", "{request}", "Callers refused, by reason."),
  TASK_ACTIVE("weir.task.active", "{task}", "Tasks that run."),
  TASK_QUEUED("weir.task.queued", "{task}", "Tasks that wait."),
  TASK_DURATION("weir.task.duration", "s", "Time that tasks ran, by outcome."),
  HEALTH_STATUS(
      "weir.health.status", "1", "1 up, 0.5 degraded, 0 down; absent while nobody can tell.");

  private final String id;
  private final String unit;
  private final String description;

  Metric(String id, String unit, String description) {
    this.id = id;
    this.unit = unit;
    this.description = description;
  }

  /** Its name. */
  public String id() {
    return id;
  }

  /** Its unit, in UCUM. */
  public String unit() {
    return unit;
  }

  ObservableLongMeasurement upDownCounter(Meter meter) {
    return meter.upDownCounterBuilder(id).setUnit(unit).setDescription(description).buildObserver();
  }

  ObservableLongMeasurement counter(Meter meter) {
    return meter.counterBuilder(id).setUnit(unit).setDescription(description).buildObserver();
  }

  ObservableDoubleMeasurement gauge(Meter meter) {
    return meter.gaugeBuilder(id).setUnit(unit).setDescription(description).buildObserver();
  }

  /** Default boundaries are made for milliseconds: with them, seconds all fall into one bucket. */
  DoubleHistogram histogram(Meter meter, List<Double> boundaries) {
    return meter
        .histogramBuilder(id)
        .setUnit(unit)
        .setDescription(description)
        .setExplicitBucketBoundariesAdvice(boundaries)
        .build();
  }
}
