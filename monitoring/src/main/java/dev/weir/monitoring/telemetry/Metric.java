package dev.weir.monitoring.telemetry;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every metric: what it is called, counted in, told apart by. {@code db.*} is OpenTelemetry's. */
// Its lists are made by List.of and the like.
@SuppressWarnings("ImmutableEnumChecker")
public enum Metric {
  CONNECTION_COUNT(
      Kind.UP_DOWN,
      "db.client.connection.count",
      "{connection}",
      "Connections open, by state.",
      Keys.NODE,
      "db.client.connection.state"),
  CONNECTION_MAX(
      Kind.UP_DOWN,
      "db.client.connection.max",
      "{connection}",
      "The most connections allowed.",
      Keys.NODE),
  CONNECTION_IDLE_MIN(
      Kind.UP_DOWN,
      "db.client.connection.idle.min",
      "{connection}",
      "Connections kept open while idle.",
      Keys.NODE),
  CONNECTION_PENDING(
      Kind.UP_DOWN,
      "db.client.connection.pending_requests",
      "{request}",
      "Callers that wait for a connection.",
      Keys.NODE),
  CONNECTION_TIMEOUTS(
      Kind.COUNTER,
      "db.client.connection.timeouts",
      "{timeout}",
      "Callers whose deadline passed while they waited for a connection.",
      Keys.NODE),
  CREATE_TIME(
      Buckets.CREATE,
      "db.client.connection.create_time",
      "Time to open a connection and log in.",
      Keys.NODE),
  WAIT_TIME(
      Buckets.WAIT,
      "db.client.connection.wait_time",
      "Time that admitted callers waited; those who did not wait are recorded as 0 at collection.",
      Keys.NODE,
      "weir.lane"),
  USE_TIME(
      Buckets.USE,
      "db.client.connection.use_time",
      "Time that connections were held; one use in 64 is recorded, chosen uniformly.",
      Keys.NODE,
      "weir.lane"),
  OPERATION_DURATION(
      Buckets.OPERATION,
      "db.client.operation.duration",
      "Time that transactions took from call to return, all their tries included.",
      List.of("db.system.name", "server.address", "server.port"),
      "db.operation.name",
      "error.type"),
  CONNECTION_EVICTED(
      Kind.COUNTER,
      "weir.connection.evicted",
      "{connection}",
      "Connections that left the pool, by reason.",
      Keys.NODE,
      "weir.reason"),
  CONNECTION_EPOCH(
      Kind.COUNTER,
      "weir.connection.epoch",
      "{epoch}",
      "Losses after which every connection was asked before its next use.",
      Keys.NODE),
  POOL_MOVES(
      Kind.COUNTER,
      "weir.pool.moves",
      "{move}",
      "Times that the pool changed its limit, its size or its share of a fleet, or advised it.",
      Keys.NODE,
      "weir.knob",
      "weir.direction",
      "weir.outcome"),
  POOL_LIMIT(
      Kind.UP_DOWN,
      "weir.pool.limit",
      "{permit}",
      "Callers let in at once as the pool found best; the gate's limit swings around it.",
      Keys.NODE),
  POOL_SHARE(
      Kind.UP_DOWN,
      "weir.pool.share",
      "{connection}",
      "Connections that a fleet leaves to this instance.",
      Keys.NODE),
  TRANSACTION_RETRIES(
      Kind.COUNTER,
      "weir.transaction.retries",
      "{retry}",
      "Tries of transactions that failed and were followed by another, by SQLSTATE.",
      Keys.NODE,
      "db.response.status_code"),
  OUTCOME_UNKNOWN(
      Kind.COUNTER,
      "weir.transaction.outcome_unknown",
      "{transaction}",
      "Transactions of which nobody can say whether they were committed.",
      Keys.NODE),
  GATE_LIMIT(
      Kind.UP_DOWN, "weir.gate.limit", "{permit}", "Permits of a gate.", List.of(), "weir.gate"),
  GATE_IN_USE(Kind.UP_DOWN, "weir.gate.in_use", "{permit}", "Permits held.", Keys.GATE),
  GATE_QUEUED(
      Kind.UP_DOWN, "weir.gate.queued", "{request}", "Callers that wait for a permit.", Keys.GATE),
  GATE_ADMITTED(Kind.COUNTER, "weir.gate.admitted", "{request}", "Callers let in.", Keys.GATE),
  GATE_REJECTED(
      Kind.COUNTER,
      "weir.gate.rejected",
      "{request}",
      "Callers refused, by reason.",
      Keys.GATE,
      "weir.reason"),
  GATE_WAIT(
      Buckets.WAIT,
      "weir.gate.wait.duration",
      "Time that tasks of a bulkhead waited from their submission to their start.",
      Keys.GATE),
  BREAKER_STATE(
      Kind.GAUGE,
      "weir.breaker.state",
      "1",
      "A circuit: 0 closed, 1 half open, 2 open.",
      List.of(),
      "weir.circuit"),
  TASK_ACTIVE(
      Kind.UP_DOWN, "weir.task.active", "{task}", "Tasks that run.", List.of(), "weir.bulkhead"),
  TASK_QUEUED(
      Kind.UP_DOWN, "weir.task.queued", "{task}", "Tasks that wait.", List.of(), "weir.bulkhead"),
  TASK_STUCK(
      Kind.GAUGE,
      "weir.task.stuck",
      "{task}",
      "Tasks that run longer than they should.",
      List.of(),
      "weir.bulkhead"),
  TASK_DURATION(
      Buckets.TASK,
      "weir.task.duration",
      "Time that tasks ran, by outcome.",
      List.of(),
      "weir.task.name",
      "weir.outcome",
      "error.type"),
  TASK_RETRIES(
      Kind.COUNTER,
      "weir.task.retries",
      "{task}",
      "Tries of tasks that failed and were followed by another.",
      List.of(),
      "weir.task.name"),
  TASK_DEAD_LETTERS(
      Kind.COUNTER,
      "weir.task.dead_letters",
      "{task}",
      "Tasks that failed for good.",
      List.of(),
      "weir.task.name"),
  SCHEDULE_LATENESS(
      Buckets.LATENESS,
      "weir.schedule.lateness",
      "Time from a schedule's tick to the start of its run.",
      List.of(),
      "weir.task.name"),
  EVENTS_PUBLISHED(
      Kind.COUNTER,
      "weir.events.published",
      "{event}",
      "Events published, by class.",
      List.of(),
      "weir.event"),
  EVENTS_DROPPED(
      Kind.COUNTER,
      "weir.events.dropped",
      "{event}",
      "Events that a subscriber was not given, by class.",
      List.of(),
      "weir.event"),
  HEALTH_STATUS(
      Kind.GAUGE,
      "weir.health.status",
      "1",
      "1 up, 0.5 degraded, 0 down; absent while nobody can tell.",
      List.of(),
      "weir.monitor"),
  HEALTH_CHECK_DURATION(
      Buckets.CREATE,
      "weir.health.check.duration",
      "Time that health checks took, by what they found.",
      List.of(),
      "weir.monitor",
      "weir.outcome"),
  HEALTH_CHECK_AGE(
      Kind.GAUGE,
      "weir.health.check.age",
      "s",
      "Time since the last check ended.",
      List.of(),
      "weir.monitor"),
  SLO_BURN_RATE(
      Kind.GAUGE,
      "weir.slo.burn_rate",
      "1",
      "How fast the budget burns over a window; 1 uses it up exactly by the end of the objective's.",
      List.of(),
      "weir.slo",
      "weir.window"),
  SLO_BUDGET_REMAINING(
      Kind.GAUGE,
      "weir.slo.budget.remaining",
      "1",
      "The share of bad calls that may still come; below zero once more came than may.",
      List.of(),
      "weir.slo"),
  SLO_EVENTS(
      Kind.COUNTER,
      "weir.slo.events",
      "{event}",
      "Calls that an objective counts, good and bad.",
      List.of(),
      "weir.slo",
      "weir.outcome"),
  TELEMETRY_DROPPED(
      Kind.COUNTER,
      "weir.telemetry.dropped",
      "{series}",
      "Times that something was counted as \"other\", because there were too many series.",
      List.of(),
      "weir.reason");

  /** What its values do. */
  public enum Kind {
    /** A sum that goes up and down. */
    UP_DOWN,
    /** A sum that only goes up. */
    COUNTER,
    /** A value that cannot be added to others. */
    GAUGE,
    /** A distribution of seconds. */
    HISTOGRAM
  }

  /** What tells a node or a lane of a gate from others. */
  private static final class Keys {
    static final List<String> NODE =
        List.of(
            "db.system.name", "db.client.connection.pool.name", "server.address", "server.port");
    static final List<String> GATE = List.of("weir.gate", "weir.lane");
  }

  /** Upper bounds in seconds: the usual ones are made for milliseconds. */
  private static final class Buckets {
    static final List<Double> CREATE = List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);
    static final List<Double> OPERATION = CREATE;
    static final List<Double> WAIT =
        List.of(0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0);
    static final List<Double> USE =
        List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0);
    static final List<Double> LATENESS =
        List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0);
    static final List<Double> TASK =
        List.of(
            0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0,
            60.0, 120.0, 300.0);
  }

  private final Kind kind;
  private final String id;
  private final String unit;
  private final String description;
  private final List<Double> buckets;
  private final List<String> attributes;

  Metric(
      Kind kind,
      String id,
      String unit,
      String description,
      List<String> common,
      String... attributes) {
    this(kind, id, unit, new Words(description, List.of()), join(common, attributes));
  }

  Metric(
      List<Double> buckets,
      String id,
      String description,
      List<String> common,
      String... attributes) {
    this(Kind.HISTOGRAM, id, "s", new Words(description, buckets), join(common, attributes));
  }

  Metric(Kind kind, String id, String unit, Words words, List<String> attributes) {
    this.kind = kind;
    this.id = id;
    this.unit = unit;
    this.description = words.description;
    this.buckets = words.buckets;
    this.attributes = attributes;
  }

  private record Words(String description, List<Double> buckets) {}

  private static List<String> join(List<String> common, String... more) {
    return Stream.concat(common.stream(), Stream.of(more)).toList();
  }

  /** What its values do. */
  public Kind kind() {
    return kind;
  }

  /** Its name. */
  public String id() {
    return id;
  }

  /** Its unit, in UCUM. */
  public String unit() {
    return unit;
  }

  /** What it says. */
  public String description() {
    return description;
  }

  /** Upper bounds of a distribution's buckets in seconds, each included; empty for others. */
  public List<Double> buckets() {
    return buckets;
  }

  /** The keys that may tell one series of it from another. */
  public List<String> attributes() {
    return attributes;
  }

  /**
   * Its name in Prometheus as OpenTelemetry translates it, without what the format itself adds to
   * counters and buckets.
   */
  public String prometheusName() {
    return prometheus(id) + prometheusUnit().map(it -> "_" + it).orElse("");
  }

  /** The unit that is part of its name in Prometheus; empty if none is. */
  public Optional<String> prometheusUnit() {
    return switch (unit) {
      case "s" -> Optional.of("seconds");
      case "1" -> Optional.of("ratio");
      default -> Optional.empty();
    };
  }

  /** A name as Prometheus can have it. */
  public static String prometheus(String name) {
    return name.replace('.', '_');
  }
}
