package dev.weir.gate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the lanes that wait is served next. Guarded by the gate's lock.
 *
 * <p>Stride scheduling (Waldspurger and Weihl, MIT 1995): what weighted deficit round robin gives
 * for jobs of equal size, without its bursts. Each lane has a pass; the lowest is served and moves
 * on by 1/weight. A lane that begins to wait starts from the pass of the last one served, so that
 * it cannot save up turns while idle. A lane below its reserve goes before all others.
 */
final class Turns {

  /** Lanes with somebody in the queue: a gate with 500 lanes pays only for those. */
  private final List<Lane> waiting = new ArrayList<>();

  private double pass;

  boolean isNobodyWaiting() {
    return waiting.isEmpty();
  }

  void beganToWait(Lane lane) {
    lane.pass = Math.max(lane.pass, pass);
    waiting.add(lane);
  }

  /** To be called whenever somebody has left the lane's queue. */
  void left(Lane lane) {
    if (lane.queue.isEmpty()) {
      waiting.remove(lane);
    }
  }

  /** The lane whose turn it is among those that may be served; null if none may. */
  @Nullable Lane next(Permits permits) {
    Lane best = null;
    for (int i = 0; i < waiting.size(); i++) {
      Lane lane = waiting.get(i);
      if (permits.admissible(lane) && (best == null || goesBefore(lane, best))) {
        best = lane;
      }
    }
    return best;
  }

  /** The lane has been served. */
  void served(Lane lane) {
    pass = lane.pass;
    lane.pass += 1.0 / lane.settings.weight();
  }

  int queued() {
    int sum = 0;
    for (int i = 0; i < waiting.size(); i++) {
      sum += waiting.get(i).queue.size();
    }
    return sum;
  }

  /** A copy, in the order in which they began to wait. */
  List<Lane> waiting() {
    return List.copyOf(waiting);
  }

  private static boolean goesBefore(Lane one, Lane other) {
    if (one.belowReserve() != other.belowReserve()) {
      return one.belowReserve();
    }
    return one.pass < other.pass || (one.pass == other.pass && one.place < other.place);
  }
}
