package dev.weir.pool;

import dev.weir.config.LaneConfig;
import dev.weir.gate.Lane;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A lane as its callers meet it: a share of the gate, and a profile.
 *
 * @param lane the share
 * @param guards what the server watches over
 * @param readOnly whether its sessions may only read
 * @param budget how long a session may take from its call to its end; null for as long as it likes
 */
record PoolLane(Lane lane, ServerGuards guards, boolean readOnly, @Nullable Duration budget) {

  static PoolLane of(Lane lane, LaneConfig profile) {
    return new PoolLane(
        lane, ServerGuards.of(profile.guards()), profile.readOnly(), profile.deadline());
  }

  /** The lane's budget or the caller's own, whichever is less; null if there is none. */
  @Nullable Duration budget(@Nullable Duration callers) {
    if (budget == null || callers == null) {
      return budget == null ? callers : budget;
    }
    return budget.compareTo(callers) < 0 ? budget : callers;
  }
}
