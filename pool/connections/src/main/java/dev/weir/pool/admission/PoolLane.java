package dev.weir.pool.admission;

import dev.weir.config.LaneConfig;
import dev.weir.gate.Gate;
import dev.weir.gate.Lane;
import dev.weir.gate.RetryBudget;
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
 * @param retries how many of its transactions may be tried again
 */
public record PoolLane(
    Lane lane,
    ServerGuards guards,
    boolean readOnly,
    @Nullable Duration budget,
    RetryBudget retries) {

  /** One retry for so many transactions, and so many saved for a bad moment. */
  private static final int TRANSACTIONS_PER_RETRY = 5;

  private static final int SAVED_RETRIES = 100;

  /** The lanes of a gate, by name. */
  public static Map<String, PoolLane> of(Gate gate, Map<String, LaneConfig> profiles) {
    var lanes = new HashMap<String, PoolLane>();
    profiles.forEach((name, profile) -> lanes.put(name, of(gate.lane(name), profile)));
    return lanes;
  }

  private static PoolLane of(Lane lane, LaneConfig profile) {
    return new PoolLane(
        lane,
        ServerGuards.of(profile.guards()),
        profile.readOnly(),
        profile.deadline(),
        RetryBudget.of(TRANSACTIONS_PER_RETRY, SAVED_RETRIES));
  }

  /** The same lane for callers who want less than it allows. */
  public PoolLane narrowed(boolean callersOnlyRead, @Nullable Duration callers) {
    return new PoolLane(lane, guards, readOnly || callersOnlyRead, budget(callers), retries);
  }

  /** The lane's budget or the caller's own, whichever is less; null if there is none. */
  public @Nullable Duration budget(@Nullable Duration callers) {
    if (budget == null || callers == null) {
      return budget == null ? callers : budget;
    }
    return budget.compareTo(callers) < 0 ? budget : callers;
  }
}
