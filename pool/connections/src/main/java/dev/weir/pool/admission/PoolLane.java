package dev.weir.pool.admission;

import dev.weir.config.LaneConfig;
import dev.weir.gate.Gate;
import dev.weir.gate.Lane;
import dev.weir.pool.socket.ServerGuards;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lane as its callers meet it: a share of the gate, and a profile.
 *
 * @param lane the share
 * @param guards what the server watches over
 * @param readOnly whether its sessions may only read
 * @param budget how long a session may take from its call to its end; null for as long as it likes
 */
public record PoolLane(
    Lane lane, ServerGuards guards, boolean readOnly, @Nullable Duration budget) {

  /** The lanes of a gate, by name. */
  public static Map<String, PoolLane> of(Gate gate, Map<String, LaneConfig> profiles) {
    var lanes = new HashMap<String, PoolLane>();
    profiles.forEach((name, profile) -> lanes.put(name, of(gate.lane(name), profile)));
    return lanes;
  }

  private static PoolLane of(Lane lane, LaneConfig profile) {
    return new PoolLane(
        lane, ServerGuards.of(profile.guards()), profile.readOnly(), profile.deadline());
  }

  /** The same lane for callers who want less than it allows. */
  public PoolLane narrowed(boolean callersOnlyRead, @Nullable Duration callers) {
    return new PoolLane(lane, guards, readOnly || callersOnlyRead, budget(callers));
  }

  /** The lane's budget or the caller's own, whichever is less; null if there is none. */
  public @Nullable Duration budget(@Nullable Duration callers) {
    if (budget == null || callers == null) {
      return budget == null ? callers : budget;
    }
    return budget.compareTo(callers) < 0 ? budget : callers;
  }
}
