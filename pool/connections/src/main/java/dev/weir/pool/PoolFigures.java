package dev.weir.pool;

import dev.weir.config.PoolConfig;
import dev.weir.gate.GateSnapshot;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.lease.Statements;
import dev.weir.pool.socket.ConnectTrouble;
import dev.weir.pool.socket.PhysicalPool;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of a pool: its state, its figures, and why it has no connection for a caller.
 */
final class PoolFigures {

  private final ConnectionSettings settings;
  private final Node node;
  private final Admission admission;
  private final PoolWatch watch;
  private final StatementFigures.@Nullable Cache cache;
  private volatile PoolConfig size;
  private volatile boolean closed;

  PoolFigures(ConnectionSettings settings, Node node, Admission admission) {
    this.settings = settings;
    this.node = node;
    this.admission = admission;
    this.size = settings.firstSize();
    this.watch = new PoolWatch(this::size, InstantSource.system());
    this.cache =
        settings.override() == null ? StatementFigures.Cache.of(settings.postgres()) : null;
  }

  /** From now on it is closed. */
  void close() {
    closed = true;
  }

  /** How many sockets there are meant to be. */
  PoolConfig size() {
    return size;
  }

  void size(PoolConfig fresh) {
    size = fresh;
  }

  PoolSnapshot snapshot() {
    GateSnapshot figures = node.gate().snapshot();
    PoolWatch.Condition seen = look(figures);
    PhysicalPool physical = node.physical();
    return new PoolSnapshot(
        Node.PRIMARY,
        settings.override() == null ? settings.postgres().target() : "the given data source",
        seen.state(),
        seen.cause(),
        seen.since(),
        closed ? 0 : physical.connections(),
        closed ? 0 : physical.idle(),
        size.min(),
        size.max(),
        figures,
        statements(),
        ConnectionFigures.of(physical.wear()));
  }

  private StatementFigures statements() {
    Statements seen = admission.statements();
    return new StatementFigures(seen.executions(), seen.serverPrepared(), cache);
  }

  /** Remembers how the pool stands now; called in a steady rhythm. */
  void look() {
    look(node.gate().snapshot());
  }

  private PoolWatch.Condition look(GateSnapshot figures) {
    return watch.look(
        new PoolWatch.Sight(
            closed,
            admission.isDraining(),
            figures,
            node.physical().lastConnectFailure(),
            node.physical().isStandby() && settings.isForWriting()));
  }

  /** Why a caller got no connection, for that caller. */
  DatabaseUnavailableException unavailable(SQLException failure) {
    String state = snapshot().line();
    if (closed) {
      return new DatabaseUnavailableException(
          "The connection manager was closed while the caller waited for a socket.", failure);
    }
    String text =
        settings.override() == null
            ? why(failure)
            : "The given data source has no connection: " + failure.getMessage();
    return new DatabaseUnavailableException(text + " (" + state + ")", failure);
  }

  private String why(SQLException failure) {
    SQLException connect = node.physical().lastConnectFailure();
    ConnectTrouble trouble = ConnectTrouble.of(failure);
    if (trouble != ConnectTrouble.INTERRUPTED || connect == null) {
      return trouble.text(settings.postgres(), ConnectTrouble.root(failure));
    }
    return ConnectTrouble.of(connect).text(settings.postgres(), ConnectTrouble.root(connect))
        + " The caller was interrupted while it waited.";
  }
}
