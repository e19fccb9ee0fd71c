package dev.weir.pool;

import dev.weir.gate.Deadline;
import dev.weir.gate.GateSnapshot;
import dev.weir.gate.LaneSnapshot;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.socket.ConnectTrouble;
import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.pool.socket.Wear;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server as each login of a manager sees it: one node for all lanes, and one for each lane that
 * has a login of its own. They have nothing in common but {@code pool.max}, which is dealt out once
 * and for all: so none can keep a connection from another. Safe for use by many threads.
 */
final class Nodes implements AutoCloseable {

  private final ConnectionSettings settings;
  private final Node shared;
  private final Own own;

  private Nodes(ConnectionSettings settings, Node shared, Own own) {
    this.settings = settings;
    this.shared = shared;
    this.own = own;
  }

  /**
   * Those of lanes that have a login of their own.
   *
   * @param nodes by lane
   * @param watchdog of their calls, which are none of those that the limit of all is found by; null
   *     if there are no such lanes
   */
  private record Own(SortedMap<String, Node> nodes, @Nullable Watchdog watchdog) {

    void close() {
      try {
        nodes.values().forEach(node -> node.physical().close());
      } finally {
        if (watchdog != null) {
          watchdog.close();
        }
      }
    }
  }

  /**
   * Logs in once as each.
   *
   * @throws DatabaseUnavailableException if one cannot be had; of the lanes' logins, it names all
   *     such
   * @throws IllegalArgumentException if the lanes do not fit the pool
   * @throws IllegalStateException if there can be no logins of lanes, or there is no server
   */
  static Nodes open(ConnectionSettings settings, PoolParts parts, Node.Backing backing) {
    check(settings);
    Node shared = Node.open(settings.shared(), parts.listener(), parts.watchdog(), backing);
    try {
      var nodes = new Nodes(settings, shared, own(settings, parts));
      nodes.all().forEach(node -> node.gate().wakeBy(parts.system().timer()));
      return nodes;
    } catch (Throwable failure) {
      shared.physical().close();
      throw failure;
    }
  }

  private static void check(ConnectionSettings settings) {
    settings.checkFleet();
    Set<String> lanes = settings.ownLogins().keySet();
    if (lanes.isEmpty()) {
      return;
    }
    if (settings.override() != null) {
      throw new IllegalStateException(
          "A login of a lane's own (lanes.<name>.user: %s) needs sockets of Weir's own, but the service brought its own data source, which logs in by itself: take it out, or set postgres.url."
              .formatted(String.join(", ", lanes)));
    }
    for (String all : List.of(Access.DEFAULT_LANE, settings.signalLane())) {
      if (lanes.contains(all)) {
        throw new IllegalArgumentException(
            "The lane '%s' cannot have a login of its own (lanes.%s.user): callers who name no lane, and Weir's own questions, are of postgres.user."
                .formatted(all, all));
      }
    }
    if (settings.ownShare() >= settings.pool().max()) {
      throw new IllegalArgumentException(
          "Lanes with a login of their own (%s) have all of the %d connections of pool.max: lower lanes.<name>.limit, or raise pool.max to %d."
              .formatted(String.join(", ", lanes), settings.pool().max(), settings.ownShare() + 1));
    }
  }

  private static Own own(ConnectionSettings settings, PoolParts parts) {
    if (settings.ownLogins().isEmpty()) {
      return new Own(new TreeMap<>(), null);
    }
    Watchdog watchdog = Watchdog.open(parts.system());
    try {
      return new Own(OwnNodes.open(settings, parts, watchdog), watchdog);
    } catch (Throwable failure) {
      watchdog.close();
      throw failure;
    }
  }

  /** That of all lanes without a login of their own. */
  Node shared() {
    return shared;
  }

  /** Those of the other lanes, by name. */
  SortedMap<String, Node> own() {
    return own.nodes;
  }

  /** That of a lane. */
  Node of(PoolLane lane) {
    return own.nodes.getOrDefault(lane.lane().name(), shared);
  }

  List<Node> all() {
    return Stream.concat(Stream.of(shared), own.nodes.values().stream()).toList();
  }

  /** All lanes by name, with their sockets. */
  Map<String, PoolLane> lanes() {
    Map<String, PoolLane> lanes =
        new HashMap<>(PoolLane.of(shared.gate(), shared.physical(), settings.shared().lanes()));
    settings
        .lanes()
        .forEach(
            (name, profile) -> {
              Node node = own.nodes.get(name);
              if (node != null) {
                lanes.putAll(PoolLane.of(node.gate(), node.physical(), Map.of(name, profile)));
              }
            });
    return lanes;
  }

  /** The connections that are borrowed now. */
  List<PhysicalConnection> borrowed() {
    return own.nodes.isEmpty()
        ? shared.physical().borrowed()
        : all().stream().flatMap(node -> node.physical().borrowed().stream()).toList();
  }

  int connections() {
    return sum(node -> node.physical().connections());
  }

  int idle() {
    return sum(node -> node.physical().idle());
  }

  /** Sessions under way. */
  int inUse() {
    return sum(node -> node.gate().snapshot().inUse());
  }

  private int sum(ToIntFunction<Node> figure) {
    return all().stream().mapToInt(figure).sum();
  }

  Wear wear() {
    return all().stream().map(node -> node.physical().wear()).reduce(Wear::and).orElseThrow();
  }

  /**
   * The figures of all gates as those of one.
   *
   * @param main those of the gate that is shared
   */
  GateSnapshot figures(GateSnapshot main) {
    GateSnapshot all = main;
    for (Node node : own.nodes.values()) {
      GateSnapshot one = node.gate().snapshot();
      List<LaneSnapshot> lanes = Stream.concat(all.lanes().stream(), one.lanes().stream()).toList();
      all =
          new GateSnapshot(
              all.name(),
              all.limit() + one.limit(),
              all.supply() + one.supply(),
              all.inUse() + one.inUse(),
              all.queued() + one.queued(),
              lanes);
    }
    return all;
  }

  /** What keeps lanes from their own login, each in words; empty if nothing does. */
  List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    own.nodes.forEach(
        (lane, node) -> {
          SQLException failure = node.physical().lastConnectFailure();
          if (failure != null && node.gate().snapshot().supply() < settings.limit(lane)) {
            troubles.add(
                "no socket can be opened for lane '%s' as '%s' (lanes.%s.user): %s"
                    .formatted(
                        lane, node.login().postgres().user(), lane, ConnectTrouble.brief(failure)));
          }
        });
    return troubles;
  }

  /** Lets callers of lanes with a login of their own in, or none of them. */
  void letOwnIn(boolean all) {
    own.nodes.forEach((lane, node) -> node.gate().resize(all ? settings.limit(lane) : 0));
  }

  void closeGates() {
    all().forEach(node -> node.gate().close());
  }

  /** Waits until no session is under way, at most until the deadline. */
  void awaitEmpty(Deadline deadline) {
    all().forEach(node -> node.gate().awaitEmpty(deadline));
  }

  void forEachPool(Consumer<PhysicalPool> work) {
    all().forEach(node -> work.accept(node.physical()));
  }

  /** Closes every socket. */
  @Override
  public void close() {
    try {
      shared.physical().close();
    } finally {
      own.close();
    }
  }
}
