package dev.weir.monitoring.telemetry;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is counted for one lane of the pool. */
final class LaneMetrics {

  final LatencyRecorder waits = new LatencyRecorder();
  final LatencyRecorder uses = new LatencyRecorder();
  final String name;
  private final Map<Reason, LongAdder> refusals = new EnumMap<>(Reason.class);
  private volatile @Nullable Bound bound;
  private long zeros;

  LaneMetrics(String name) {
    this.name = name;
    for (Reason reason : Reason.values()) {
      refusals.put(reason, new LongAdder());
    }
  }

  /** Its distributions, at a node that is known. */
  record Bound(Distribution waits, Distribution uses) {}

  LongAdder refusals(Reason reason) {
    return Objects.requireNonNull(refusals.get(reason));
  }

  /** Made once; two threads may both make it, of the same distributions. */
  Bound at(Node node, Ledger ledger) {
    Bound made = bound;
    if (made == null) {
      made =
          new Bound(
              ledger.of(Metric.WAIT_TIME, node.lane(name)),
              ledger.of(Metric.USE_TIME, node.lane(name)));
      bound = made;
    }
    return made;
  }

  /**
   * Callers let in without a wait that have not been taken yet. A caller just let in whose wait is
   * not told yet may be among them; the next call makes up for it.
   */
  synchronized long takeZeros(long admitted) {
    long due = Math.max(0, admitted - waits.count() - zeros);
    zeros += due;
    return due;
  }
}
