package dev.weir.pool;

import dev.weir.config.LaneLogin;
import dev.weir.config.PoolConfig;
import dev.weir.gate.Gate;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.socket.PostgresSource;
import dev.weir.pool.socket.SocketPool;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Opens the nodes of lanes that have a login of their own. For one thread, once. */
final class OwnNodes {

  private final ConnectionSettings settings;
  private final PoolParts parts;
  private final Watchdog watchdog;
  private final SortedMap<String, Node> opened = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private @Nullable SQLException first;

  private OwnNodes(ConnectionSettings settings, PoolParts parts, Watchdog watchdog) {
    this.settings = settings;
    this.parts = parts;
    this.watchdog = watchdog;
  }

  /**
   * Logs in once as each.
   *
   * @return by lane
   * @throws DatabaseUnavailableException if one cannot be had, with all such; none is left open
   *     then
   */
  static SortedMap<String, Node> open(
      ConnectionSettings settings, PoolParts parts, Watchdog watchdog) {
    var nodes = new OwnNodes(settings, parts, watchdog);
    try {
      settings.ownLogins().forEach(nodes::open);
      nodes.throwIfAny();
      return nodes.opened;
    } catch (Throwable failure) {
      nodes.opened.values().forEach(node -> node.physical().close());
      throw failure;
    }
  }

  private void open(String lane, LaneLogin as) {
    String keys = "lanes." + lane;
    var login = new Node.Login(settings.postgres().as(as), keys);
    try {
      Node node =
          Node.open(
              login,
              new PostgresSource(login.postgres(), parts.listener(), watchdog),
              demanded -> gate(lane, demanded),
              (gate, source) -> SocketPool.open(source, size(lane), gate, parts.system()));
      opened.put(lane, node);
    } catch (SQLException refused) {
      problems.add("%s.user = %s: %s".formatted(keys, as.user(), login.why(refused)));
      first = first == null ? refused : first;
    }
  }

  private Gate gate(String lane, Runnable demanded) {
    return Gate.supplied(
        Node.PRIMARY + "/" + lane,
        settings.limit(lane),
        List.of(settings.laneSettings(lane)),
        demanded);
  }

  /** One is kept, if the pool keeps any, so that it is known whether the login can be had. */
  private PoolConfig size(String lane) {
    PoolConfig pool = settings.pool();
    return new PoolConfig(Math.min(1, pool.min()), settings.limit(lane), pool.maxWait());
  }

  private void throwIfAny() {
    SQLException why = first;
    if (why != null) {
      throw new DatabaseUnavailableException(
          "%s:%n  - %s"
              .formatted(
                  problems.size() == 1
                      ? "A lane cannot have the login of its own"
                      : "Lanes cannot have the logins of their own",
                  String.join("%n  - ".formatted(), problems)),
          why);
    }
  }
}
