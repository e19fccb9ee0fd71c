package dev.weir.monitoring.telemetry;

import dev.weir.gate.AdmissionRejectedException.Reason;
import io.opentelemetry.api.common.Attributes;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is counted for one lane of the pool. */
final class LaneMetrics {

  final LatencyRecorder waits = new LatencyRecorder();
  final LatencyRecorder uses = new LatencyRecorder();
  private final String name;
  private final Map<Reason, LongAdder> refusals = new EnumMap<>(Reason.class);
  private @Nullable Attributes attributes;
  private long zeros;

  LaneMetrics(String name) {
    this.name = name;
    for (Reason reason : Reason.values()) {
      refusals.put(reason, new LongAdder());
    }
  }

  LongAdder refusals(Reason reason) {
    return java.util.Objects.requireNonNull(refusals.get(reason));
  }

  /** Made once; two threads may both make them, which does no harm. */
  Attributes attributes(Node node) {
    Attributes made = attributes;
    if (made == null) {
      made = node.lane(name);
      attributes = made;
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
