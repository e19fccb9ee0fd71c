package dev.weir.pool;

import dev.weir.config.PoolConfig;
import dev.weir.gate.GateSnapshot;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.lease.Statements;
import dev.weir.pool.socket.PhysicalPool;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of a pool: its state, its figures, and why it has no connection for a caller.
 */
final class PoolFigures {

  private final ConnectionSettings settings;
  private final Nodes nodes;
  private final Admission admission;
  private final PoolWatch watch;
  private final StatementFigures.@Nullable Cache cache;
  private volatile PoolConfig size;
  private volatile boolean closed;

  PoolFigures(ConnectionSettings settings, Nodes nodes, Admission admission) {
    this.settings = settings;
    this.nodes = nodes;
    this.admission = admission;
    this.size = settings.shared().firstSize();
    this.watch = new PoolWatch(this::size, InstantSource.system());
    this.cache =
        settings.override() == null ? StatementFigures.Cache.of(settings.postgres()) : null;
  }

  /** From now on it is closed. */
  void close() {
    closed = true;
  }

  /** How many sockets there are meant to be for all lanes without a login of their own. */
  PoolConfig size() {
    return size;
  }

  void size(PoolConfig fresh) {
    size = fresh;
  }

  PoolSnapshot snapshot() {
    GateSnapshot shared = nodes.shared().gate().snapshot();
    PoolWatch.Condition seen = look(shared);
    return new PoolSnapshot(
        Node.PRIMARY,
        settings.override() == null ? settings.postgres().target() : "the given data source",
        seen.state(),
        seen.cause(),
        seen.since(),
        closed ? 0 : nodes.connections(),
        closed ? 0 : nodes.idle(),
        size.min(),
        size.max() + settings.ownShare(),
        nodes.figures(shared),
        statements(),
        ConnectionFigures.of(nodes.wear()));
  }

  private StatementFigures statements() {
    Statements seen = admission.statements();
    return new StatementFigures(seen.executions(), seen.serverPrepared(), cache);
  }

  /** Remembers how the pool stands now; called in a steady rhythm. */
  void look() {
    look(nodes.shared().gate().snapshot());
  }

  private PoolWatch.Condition look(GateSnapshot figures) {
    PhysicalPool physical = nodes.shared().physical();
    return watch.look(
        new PoolWatch.Sight(
            closed,
            admission.isDraining(),
            figures,
            physical.lastConnectFailure(),
            nodes.troubles(),
            physical.isStandby() && settings.isForWriting()));
  }

  /** Why a caller got no connection of the login of all, for that caller. */
  DatabaseUnavailableException unavailable(SQLException failure) {
    return unavailable(nodes.shared(), failure);
  }

  /** Why a caller got no connection in that lane, for that caller. */
  DatabaseUnavailableException unavailable(PoolLane lane, SQLException failure) {
    return unavailable(nodes.of(lane), failure);
  }

  private DatabaseUnavailableException unavailable(Node node, SQLException failure) {
    String state = snapshot().line();
    if (closed) {
      return new DatabaseUnavailableException(
          "The connection manager was closed while the caller waited for a socket.", failure);
    }
    String text =
        settings.override() == null
            ? node.why(failure)
            : "The given data source has no connection: " + failure.getMessage();
    return new DatabaseUnavailableException(text + " (" + state + ")", failure);
  }
}
