package dev.weir.monitoring.telemetry;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.monitoring.trace.SpanStep;
import dev.weir.monitoring.trace.Spans;
import dev.weir.pool.Access;
import dev.weir.pool.Adjustment;
import dev.weir.pool.FleetShare;
import dev.weir.pool.PoolListener;
import dev.weir.pool.PoolSnapshot;
import dev.weir.tasks.spi.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the pool tells. Safe for use by many threads; no call about a borrow allocates.
 *
 * <p>The distribution of waits stays unbiased although the pool tells only of those who waited:
 * those who did not are known as a number, what the gate has admitted less what was told, and are
 * recorded as zeros when figures are collected. That costs the collecting thread what it would else
 * have cost the callers.
 */
public final class PoolMetrics implements PoolListener {

  private static final int EARLY = 256;
  private static final int MOST_LANES = 64;
  private static final int MOST_STATES = 64;

  private final Ledger ledger;
  private final Spans spans;
  private final ConcurrentHashMap<String, LaneMetrics> lanes = new ConcurrentHashMap<>();
  private final Names laneNames = new Names(MOST_LANES);
  private final Names states = new Names(MOST_STATES);
  private final ConcurrentHashMap<String, LongAdder> retries = new ConcurrentHashMap<>();
  private final LongAdder unknown = new LongAdder();
  private final MoveMetrics moves = new MoveMetrics();
  private final LatencyRecorder creates = new LatencyRecorder();

  /** Opened before the node was known; the pool's first sockets are. */
  private final List<Long> early = new ArrayList<>();

  private volatile @Nullable Node node;

  /** Counts in this ledger; no distribution before the node is known. */
  public PoolMetrics(Ledger ledger, Spans spans) {
    this.ledger = ledger;
    this.spans = spans;
  }

  @Override
  public void waited(String lane, long nanos) {
    LaneMetrics metrics = lane(lane);
    metrics.waits.record(nanos);
    Node known = node;
    if (known != null) {
      metrics.at(known, ledger).waits().record(nanos);
    }
    spans.waited(lane, nanos, null);
  }

  @Override
  public void used(String lane, long nanos) {
    LaneMetrics metrics = lane(lane);
    metrics.uses.record(nanos);
    Node known = node;
    if (known != null) {
      metrics.at(known, ledger).uses().record(nanos);
    }
  }

  @Override
  public void rejected(String lane, Reason reason, long waitNanos) {
    lane(lane).refusals(reason).increment();
    spans.waited(lane, waitNanos, reason);
  }

  @Override
  public boolean follows() {
    return true;
  }

  @Override
  public @Nullable Step session(Access access) {
    return spans.ofSessions() ? spans.session(access) : null;
  }

  @Override
  public Step transaction(Access access) {
    return new TimedStep(spans.ofSessions() ? spans.transaction(access) : null, this::transacted);
  }

  @Override
  public @Nullable Step request(Access access) {
    return spans.ofSessions() ? spans.request(access) : null;
  }

  private void transacted(long nanos, @Nullable Throwable failure) {
    Node known = node;
    if (known != null) {
      String state = failure == null ? null : SpanStep.sqlState(failure);
      String error = failure == null || state == null ? "_OTHER" : states.of(state);
      ledger
          .of(
              Metric.OPERATION_DURATION,
              failure == null ? known.transaction() : known.failedTransaction(error))
          .record(nanos);
    }
  }

  @Override
  public void retrying(String lane, String sqlState) {
    retries
        .computeIfAbsent(states.of(sqlState.isEmpty() ? "none" : sqlState), _ -> new LongAdder())
        .increment();
  }

  @Override
  public void outcomeUnknown(String lane) {
    unknown.increment();
  }

  @Override
  public void adjusted(Adjustment adjustment) {
    moves.adjusted(adjustment);
  }

  @Override
  public void shareChanged(FleetShare share) {
    moves.shared(share);
  }

  @Override
  public void connected(long nanos) {
    creates.record(nanos);
    Node known = knownOrKept(nanos);
    if (known != null) {
      ledger.of(Metric.CREATE_TIME, known.attributes()).record(nanos);
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
    Distribution created = ledger.of(Metric.CREATE_TIME, known.attributes());
    early.forEach(created::record);
    early.clear();
  }

  LaneMetrics lane(String name) {
    LaneMetrics known = lanes.get(name);
    return known != null ? known : add(laneNames.of(name));
  }

  private LaneMetrics add(String name) {
    return lanes.computeIfAbsent(name, LaneMetrics::new);
  }

  Names laneNames() {
    return laneNames;
  }

  Names states() {
    return states;
  }

  /** Records those who did not wait; called when figures are collected. */
  void recordZeroWaits(PoolSnapshot pool, Node known) {
    var admitted = new HashMap<LaneMetrics, Long>();
    pool.gate().lanes().forEach(it -> admitted.merge(lane(it.name()), it.admitted(), Long::sum));
    admitted.forEach(
        (lane, many) -> lane.at(known, ledger).waits().recordZeros(lane.takeZeros(many)));
  }

  long refusals(Reason reason) {
    return lanes.values().stream().mapToLong(lane -> lane.refusals(reason).sum()).sum();
  }

  Map<String, LongAdder> retries() {
    return retries;
  }

  MoveMetrics moves() {
    return moves;
  }

  long unknown() {
    return unknown.sum();
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
