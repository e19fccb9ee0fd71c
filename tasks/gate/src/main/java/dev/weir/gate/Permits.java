package dev.weir.gate;

/**
 * How many permits there are, and who holds them. Guarded by the gate's lock.
 *
 * <p>There are as many as the limit says or as were supplied, whichever is less.
 */
final class Permits {

  int limit;
  private int supply;
  int inUse;

  /** The sum of max(0, reserved - inUse) over the lanes. */
  private int unfilled;

  Permits(int limit, int supply, int reserved) {
    this.limit = limit;
    this.supply = supply;
    this.unfilled = reserved;
  }

  int all() {
    return Math.min(limit, supply);
  }

  int supply() {
    return supply;
  }

  /** Whether more supply would give no more permits. */
  boolean isFull() {
    return supply >= limit;
  }

  void addSupply(String gate) {
    requireSupply(gate);
    supply++;
  }

  void loseSupply(String gate) {
    requireSupply(gate);
    if (supply == 0) {
      throw new IllegalStateException(
          "gate '%s' lost more than it was ever given: a bug in its owner".formatted(gate));
    }
    supply--;
  }

  /** Never takes what somebody with a permit has or is about to fetch. */
  boolean tryTakeSupply(String gate) {
    requireSupply(gate);
    boolean spare = supply > inUse;
    if (spare) {
      supply--;
    }
    return spare;
  }

  private void requireSupply(String gate) {
    if (supply == Gate.ENDLESS) {
      throw new IllegalStateException(
          "gate '%s' counts no supply: open it by Gate.supplied".formatted(gate));
    }
  }

  /** Permits that are kept for lanes which do not hold them. */
  int unfilled() {
    return unfilled;
  }

  boolean admissible(Lane lane) {
    int free = all() - inUse;
    if (free <= 0 || lane.inUse >= lane.settings.limit()) {
      return false;
    }
    return lane.belowReserve() || free > unfilled;
  }

  void take(Lane lane) {
    if (lane.belowReserve()) {
      unfilled--;
    }
    lane.inUse++;
    lane.admitted++;
    inUse++;
  }

  void giveBack(Lane lane) {
    lane.inUse--;
    inUse--;
    if (lane.belowReserve()) {
      unfilled++;
    }
  }
}
