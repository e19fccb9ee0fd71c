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
 * @param guards what the server watches over, and the role that its sessions run as
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
    ServerGuards guards = ServerGuards.of(profile.guards());
    String role = profile.role();
    return new PoolLane(
        lane,
        role == null ? guards : guards.as(role),
        profile.readOnly(),
        profile.deadline(),
        RetryBudget.of(TRANSACTIONS_PER_RETRY, SAVED_RETRIES));
  }

  /** The same lane for callers who want less than it allows. */
  public PoolLane narrowed(boolean callersOnlyRead, @Nullable Duration callers) {
    return new PoolLane(lane, guards, readOnly || callersOnlyRead, budget(callers), retries);
  }

  /** The role that its callers run as; empty for the login itself. */
  public String role() {
    return guards.role();
  }

  /**
   * The same lane for callers who run as that role; null for the one that the lane has, if any.
   *
   * @throws IllegalStateException if the lane has another one
   */
  public PoolLane as(@Nullable String role) {
    if (role == null || role.equals(role())) {
      return this;
    }
    if (!role().isEmpty()) {
      throw new IllegalStateException(
          "A session as role '%s' cannot be had in lane '%s', whose sessions run as '%s' (lanes.%s.role): name another lane, or leave the role to this one."
              .formatted(role, lane.name(), role(), lane.name()));
    }
    return new PoolLane(lane, guards.as(role), readOnly, budget, retries);
  }

  /** The same lane for Weir's own questions, which the login asks. */
  public PoolLane asLogin() {
    return role().isEmpty() ? this : new PoolLane(lane, guards.as(""), readOnly, budget, retries);
  }

  /** The lane's budget or the caller's own, whichever is less; null if there is none. */
  public @Nullable Duration budget(@Nullable Duration callers) {
    if (budget == null || callers == null) {
      return budget == null ? callers : budget;
    }
    return budget.compareTo(callers) < 0 ? budget : callers;
  }
}
