package dev.weir.pool.admission;

import dev.weir.config.LaneConfig;
import dev.weir.config.LaneLogin;
import dev.weir.gate.Gate;
import dev.weir.gate.Lane;
import dev.weir.gate.RetryBudget;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.pool.socket.ServerGuards;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lane as its callers meet it: a share of the gate, and a profile.
 *
 * @param lane the share
 * @param home where its connections are kept
 * @param guards what the server watches over, and the role that its sessions run as
 * @param readOnly whether its sessions may only read
 * @param budget how long a session may take from its call to its end; null for as long as it likes
 * @param retries how many of its transactions may be tried again
 */
public record PoolLane(
    Lane lane,
    Home home,
    ServerGuards guards,
    boolean readOnly,
    @Nullable Duration budget,
    RetryBudget retries) {

  /** One retry for so many transactions, and so many saved for a bad moment. */
  private static final int TRANSACTIONS_PER_RETRY = 5;

  private static final int SAVED_RETRIES = 100;

  /**
   * Where the connections of a lane are kept.
   *
   * @param sockets the connections
   * @param login the user that they log in as, if it is the lane's own; else empty
   */
  public record Home(PhysicalPool sockets, String login) {}

  /** The lanes of a gate in front of these sockets, by name. */
  public static Map<String, PoolLane> of(
      Gate gate, PhysicalPool sockets, Map<String, LaneConfig> profiles) {
    var lanes = new HashMap<String, PoolLane>();
    profiles.forEach((name, profile) -> lanes.put(name, of(gate.lane(name), sockets, profile)));
    return lanes;
  }

  private static PoolLane of(Lane lane, PhysicalPool sockets, LaneConfig profile) {
    ServerGuards guards = ServerGuards.of(profile.guards());
    String role = profile.role();
    LaneLogin login = profile.login();
    return new PoolLane(
        lane,
        new Home(sockets, login == null ? "" : login.user()),
        role == null ? guards : guards.as(role),
        profile.readOnly(),
        profile.deadline(),
        RetryBudget.of(TRANSACTIONS_PER_RETRY, SAVED_RETRIES));
  }

  /** The same lane for callers who want less than it allows. */
  public PoolLane narrowed(boolean callersOnlyRead, @Nullable Duration callers) {
    return new PoolLane(lane, home, guards, readOnly || callersOnlyRead, budget(callers), retries);
  }

  /** Its connections, and those of all lanes that have the same login. */
  PhysicalPool sockets() {
    return home.sockets();
  }

  /** The user that its connections log in as, if it is the lane's own; else empty. */
  public String login() {
    return home.login();
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
    return new PoolLane(lane, home, guards.as(role), readOnly, budget, retries);
  }

  /** The same lane for Weir's own questions, which its login asks, whatever its role. */
  public PoolLane asLogin() {
    return role().isEmpty()
        ? this
        : new PoolLane(lane, home, guards.as(""), readOnly, budget, retries);
  }

  /** The lane's budget or the caller's own, whichever is less; null if there is none. */
  public @Nullable Duration budget(@Nullable Duration callers) {
    if (budget == null || callers == null) {
      return budget == null ? callers : budget;
    }
    return budget.compareTo(callers) < 0 ? budget : callers;
  }
}
