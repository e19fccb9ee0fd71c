package dev.weir.gate;

import java.util.List;

/**
 * What a gate looked like at one moment: all figures belong together. Immutable.
 *
 * @param name the gate's name
 * @param limit the most permits it may give
 * @param supply what there is to be had behind it; {@link Gate#ENDLESS} if nobody counts
 * @param inUse permits held now; above {@link #permits()} for a while after that fell
 * @param queued callers waiting now, all lanes together
 * @param lanes its lanes in the order in which they were declared
 */
public record GateSnapshot(
    String name, int limit, int supply, int inUse, int queued, List<LaneSnapshot> lanes) {

  /** Copies the list. */
  public GateSnapshot {
    lanes = List.copyOf(lanes);
  }

  /** The permits it has now: its limit or its supply, whichever is less. */
  public int permits() {
    return Math.min(limit, supply);
  }

  /** Callers let in since the start, all lanes together. */
  public long admitted() {
    return lanes.stream().mapToLong(LaneSnapshot::admitted).sum();
  }

  /** Callers refused since the start, all lanes together. */
  public long rejected() {
    return lanes.stream().mapToLong(LaneSnapshot::rejected).sum();
  }

  /** Permits that a caller of any lane could take now: neither in use nor kept for a lane. */
  public int free() {
    int kept = lanes.stream().mapToInt(lane -> Math.max(0, lane.reserved() - lane.inUse())).sum();
    return Math.max(0, permits() - inUse - kept);
  }
}
