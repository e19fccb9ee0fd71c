package dev.weir.monitoring.telemetry;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.CircuitSnapshot;
import dev.weir.gate.GateSnapshot;
import dev.weir.gate.LaneSnapshot;
import dev.weir.monitoring.slo.Burn;
import dev.weir.monitoring.slo.SloReport;
import dev.weir.monitoring.trace.SpanStep;
import dev.weir.pool.PoolSnapshot;
import dev.weir.tasks.StuckTask;
import dev.weir.tasks.TasksSnapshot;
import dev.weir.tasks.event.EventsSnapshot;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Everything that is no distribution, read when somebody collects. Safe for use by many threads.
 */
public final class Readout {

  static final AttributeKey<String> GATE = AttributeKey.stringKey("weir.gate");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("weir.reason");
  private static final AttributeKey<String> BULKHEAD = AttributeKey.stringKey("weir.bulkhead");

  /** Which monitor. */
  public static final AttributeKey<String> MONITOR = AttributeKey.stringKey("weir.monitor");

  private static final AttributeKey<String> CIRCUIT = AttributeKey.stringKey("weir.circuit");
  private static final AttributeKey<String> EVENT = AttributeKey.stringKey("weir.event");
  private static final AttributeKey<String> SLO = AttributeKey.stringKey("weir.slo");
  private static final AttributeKey<String> WINDOW = AttributeKey.stringKey("weir.window");
  private static final int MOST_BULKHEADS = 64;
  private static final int MOST_CIRCUITS = 64;

  private final Sources sources;
  private final Told told;
  private final Node node;
  private final Names bulkheads = new Names(MOST_BULKHEADS);
  private final Names circuits = new Names(MOST_CIRCUITS);

  /** What is looked at. */
  public record Sources(
      Supplier<PoolSnapshot> pool,
      Supplier<TasksSnapshot> tasks,
      Supplier<List<StuckTask>> stuck,
      Supplier<List<CircuitSnapshot>> circuits,
      Supplier<EventsSnapshot> events,
      Supplier<List<Checked>> health,
      Supplier<List<SloReport>> slos) {}

  /** What the listeners have counted. */
  public record Told(
      PoolMetrics pool, TaskMetrics tasks, TaskMetrics system, EventTelemetry events) {}

  /**
   * One monitor.
   *
   * @param status 1, 0.5 or 0; empty if nobody can tell
   * @param ageSeconds since its last check ended
   */
  public record Checked(String monitor, Optional<Double> status, double ageSeconds) {}

  /**
   * One series.
   *
   * @param metric of which metric
   * @param attributes what tells it from others
   */
  public record Series(Metric metric, Attributes attributes) {}

  /** Sums of one moment, by series. */
  private static final class Sums {
    final Map<Series, Double> all = new LinkedHashMap<>();

    void add(Metric metric, Attributes attributes, long value) {
      add(metric, attributes, (double) value);
    }

    void add(Metric metric, Attributes attributes, double value) {
      all.merge(new Series(metric, attributes), value, Double::sum);
    }
  }

  /** Tells the pool's metrics which node they are about. */
  public Readout(Sources sources, Told told) {
    this.sources = sources;
    this.told = told;
    this.node = Node.of(sources.pool().get());
    told.pool().bind(node);
  }

  /** All values of this moment, by series. */
  public Map<Series, Double> read() {
    var sums = new Sums();
    PoolSnapshot pool = sources.pool().get();
    told.pool().recordZeroWaits(pool, node);
    readPool(pool, sums);
    readTasks(sources.tasks().get(), sums);
    readNames(sums);
    readEvents(sums);
    sources.health().get().forEach(it -> readHealth(it, sums));
    sources.slos().get().forEach(it -> readSlo(it, sums));
    readDropped(sums);
    return sums.all;
  }

  private void readPool(PoolSnapshot pool, Sums sums) {
    Attributes here = node.attributes();
    sums.add(Metric.CONNECTION_COUNT, node.state("idle"), pool.idle());
    sums.add(Metric.CONNECTION_COUNT, node.state("used"), pool.used());
    sums.add(Metric.CONNECTION_MAX, here, pool.max());
    sums.add(Metric.CONNECTION_IDLE_MIN, here, pool.min());
    sums.add(Metric.CONNECTION_PENDING, here, pool.gate().queued());
    sums.add(Metric.CONNECTION_TIMEOUTS, here, told.pool().refusals(Reason.DEADLINE));
    sums.add(Metric.CONNECTION_EPOCH, here, pool.wear().alarms());
    pool.wear()
        .left()
        .forEach(
            (why, many) ->
                sums.add(
                    Metric.CONNECTION_EVICTED,
                    here.toBuilder().put(REASON, why).build(),
                    many.longValue()));
    readMoves(told.pool().moves(), sums);
    sums.add(Metric.OUTCOME_UNKNOWN, here, told.pool().unknown());
    told.pool()
        .retries()
        .forEach(
            (state, many) ->
                sums.add(Metric.TRANSACTION_RETRIES, node.sqlState(state), many.sum()));
    readGate(pool.gate(), pool.gate().name(), sums);
    pool.gate().lanes().stream()
        .map(lane -> told.pool().lane(lane.name()))
        .distinct()
        .forEach(lane -> readRefused(pool.gate().name(), lane, sums));
  }

  private void readMoves(MoveMetrics moves, Sums sums) {
    moves
        .counts()
        .forEach((move, many) -> sums.add(Metric.POOL_MOVES, node.move(move), many.sum()));
    moves.limit().ifPresent(it -> sums.add(Metric.POOL_LIMIT, node.attributes(), it));
    moves.share().ifPresent(it -> sums.add(Metric.POOL_SHARE, node.attributes(), it));
  }

  private static void readRefused(String gate, LaneMetrics lane, Sums sums) {
    for (Reason reason : Reason.values()) {
      Attributes why = Attributes.of(GATE, gate, Node.LANE, lane.name, REASON, text(reason));
      sums.add(Metric.GATE_REJECTED, why, lane.refusals(reason).sum());
    }
  }

  private void readGate(GateSnapshot gate, String name, Sums sums) {
    sums.add(Metric.GATE_LIMIT, Attributes.of(GATE, name), gate.limit());
    for (LaneSnapshot lane : gate.lanes()) {
      Attributes attributes = of(lane, name);
      sums.add(Metric.GATE_IN_USE, attributes, lane.inUse());
      sums.add(Metric.GATE_QUEUED, attributes, lane.queued());
      sums.add(Metric.GATE_ADMITTED, attributes, lane.admitted());
    }
  }

  private Attributes of(LaneSnapshot lane, String gate) {
    return Attributes.of(GATE, gate, Node.LANE, told.pool().laneNames().of(lane.name()));
  }

  private void readTasks(TasksSnapshot tasks, Sums sums) {
    for (GateSnapshot bulkhead : tasks.bulkheads()) {
      String name = bulkheads.of(bulkhead.name());
      readGate(bulkhead, name, sums);
      readRefused(bulkhead, name, sums);
      readTasks(name, bulkhead.inUse(), bulkhead.queued(), sums);
      sums.add(Metric.TASK_STUCK, Attributes.of(BULKHEAD, name), 0);
    }
    long inUse = tasks.bulkheads().stream().mapToLong(GateSnapshot::inUse).sum();
    long queued = tasks.bulkheads().stream().mapToLong(GateSnapshot::queued).sum();
    readTasks(
        "none", Math.max(0, tasks.running() - inUse), Math.max(0, tasks.queued() - queued), sums);
    sums.add(Metric.TASK_STUCK, Attributes.of(BULKHEAD, "none"), 0);
    for (StuckTask stuck : sources.stuck().get()) {
      String name = stuck.task().bulkhead().map(bulkheads::of).orElse("none");
      sums.add(Metric.TASK_STUCK, Attributes.of(BULKHEAD, name), 1);
    }
    for (CircuitSnapshot circuit : sources.circuits().get()) {
      if (circuits.of(circuit.name()).equals(circuit.name())) {
        sums.add(Metric.BREAKER_STATE, Attributes.of(CIRCUIT, circuit.name()), state(circuit));
      }
    }
  }

  private static int state(CircuitSnapshot circuit) {
    return switch (circuit.state()) {
      case CLOSED -> 0;
      case HALF_OPEN -> 1;
      case OPEN -> 2;
    };
  }

  private static void readTasks(String bulkhead, long active, long waiting, Sums sums) {
    Attributes attributes = Attributes.of(BULKHEAD, bulkhead);
    sums.add(Metric.TASK_ACTIVE, attributes, active);
    sums.add(Metric.TASK_QUEUED, attributes, waiting);
  }

  /** The gate of a bulkhead is never closed and knows no deadline: it refuses for one reason. */
  private void readRefused(GateSnapshot bulkhead, String name, Sums sums) {
    for (LaneSnapshot lane : bulkhead.lanes()) {
      Attributes why = of(lane, name).toBuilder().put(REASON, text(Reason.QUEUE_FULL)).build();
      sums.add(Metric.GATE_REJECTED, why, lane.rejected());
    }
  }

  private void readNames(Sums sums) {
    for (TaskMetrics tasks : List.of(told.tasks(), told.system())) {
      for (TaskMetrics.Counted counted : tasks.counted().values()) {
        addIfAny(sums, Metric.TASK_RETRIES, counted.attributes, counted.retries);
        addIfAny(sums, Metric.TASK_DEAD_LETTERS, counted.attributes, counted.dead);
      }
    }
  }

  private static void addIfAny(Sums sums, Metric metric, Attributes attributes, LongAdder many) {
    if (many.sum() > 0) {
      sums.add(metric, attributes, many.sum());
    }
  }

  private void readEvents(Sums sums) {
    sources
        .events()
        .get()
        .byType()
        .forEach(
            (type, many) ->
                sums.add(
                    Metric.EVENTS_PUBLISHED,
                    Attributes.of(EVENT, told.events().names().of(type)),
                    many));
    told.events()
        .dropped()
        .forEach(
            (type, many) ->
                sums.add(Metric.EVENTS_DROPPED, Attributes.of(EVENT, type), many.sum()));
  }

  private static void readHealth(Checked check, Sums sums) {
    Attributes monitor = Attributes.of(MONITOR, check.monitor());
    check.status().ifPresent(value -> sums.add(Metric.HEALTH_STATUS, monitor, value));
    sums.add(Metric.HEALTH_CHECK_AGE, monitor, check.ageSeconds());
  }

  private static void readSlo(SloReport report, Sums sums) {
    String name = report.slo().name();
    Attributes slo = Attributes.of(SLO, name);
    sums.add(Metric.SLO_BUDGET_REMAINING, slo, report.budgetLeft());
    sums.add(
        Metric.SLO_EVENTS, Attributes.of(SLO, name, SpanStep.OUTCOME, "good"), report.everGood());
    sums.add(
        Metric.SLO_EVENTS, Attributes.of(SLO, name, SpanStep.OUTCOME, "bad"), report.everBad());
    Map<String, Double> rates = new LinkedHashMap<>(); // two rules may share a window
    for (Burn burn : report.burns()) {
      rates.put(window(burn.rule().shortWindow()), burn.shortRate());
      rates.put(window(burn.rule().longWindow()), burn.longRate());
    }
    rates.forEach(
        (window, rate) ->
            sums.add(Metric.SLO_BURN_RATE, Attributes.of(SLO, name, WINDOW, window), rate));
  }

  /** As people write it: 5m, 6h, 3d. */
  private static String window(Duration window) {
    if (window.toDaysPart() > 0 && window.equals(Duration.ofDays(window.toDays()))) {
      return window.toDays() + "d";
    }
    return window.toMinutes() % 60 == 0 ? window.toHours() + "h" : window.toMinutes() + "m";
  }

  private void readDropped(Sums sums) {
    addDropped(sums, "lanes", told.pool().laneNames().refused());
    addDropped(sums, "sql_states", told.pool().states().refused());
    addDropped(sums, "task_names", told.tasks().names().refused());
    addDropped(sums, "events", told.events().names().refused());
    addDropped(sums, "bulkheads", bulkheads.refused());
    addDropped(sums, "circuits", circuits.refused());
  }

  private static void addDropped(Sums sums, String what, long many) {
    sums.add(Metric.TELEMETRY_DROPPED, Attributes.of(REASON, what), many);
  }

  private static String text(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  /** The ten figures asked for most, for people. */
  public List<Reading> readings() {
    return Reading.all(sources.pool().get(), sources.tasks().get(), told.pool(), told.tasks());
  }
}
