package dev.weir.pool;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.pool.fleet.FleetMember;
import dev.weir.pool.signal.NodeLine;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pool of a manager, as its fleet sees it. */
final class FleetPool implements FleetMember.CappedPool {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  private final String fleet;
  private final NodeLine node;
  private final PoolSize size;
  private final PoolParts parts;

  private FleetPool(String fleet, NodeLine node, PoolSize size, PoolParts parts) {
    this.fleet = fleet;
    this.node = node;
    this.size = size;
    this.parts = parts;
  }

  /**
   * Joins the fleet that the settings name; null if they name none.
   *
   * @param node over which the others are seen
   * @param size what the fleet's share caps
   */
  static @Nullable FleetMember join(
      ConnectionSettings settings, NodeLine node, PoolSize size, PoolParts parts) {
    if (settings.pool().fleet().name() == null) {
      return null;
    }
    FleetMember.Terms terms = terms(settings);
    return FleetMember.join(terms, new FleetPool(terms.fleet(), node, size, parts), parts.system());
  }

  /** Remembers that the server was full. Safe for use by many threads. */
  static final class Refusals implements PoolListener {
    private static final String FULL = "53300";
    private final AtomicBoolean any = new AtomicBoolean();

    @Override
    public void connectFailed(String sqlState) {
      if (sqlState.equals(FULL)) {
        any.set(true);
      }
    }
  }

  /**
   * What a manager asks for, if it is in a fleet.
   *
   * @throws IllegalStateException if there can be no share of these connections
   */
  static FleetMember.Terms terms(ConnectionSettings settings) {
    PoolConfig pool = settings.pool();
    if (settings.override() != null || settings.isPooled()) {
      throw new IllegalStateException(
          "pool.fleet = %s needs sockets of Weir's own to the server itself: a pooler, or the given data source, opens as many as it likes. Take pool.fleet out, or set postgres.url to the server."
              .formatted(pool.fleet().name()));
    }
    int floor = floor(settings);
    if (pool.max() < floor) {
      throw new IllegalStateException(
          "pool.max = %d is too few for pool.fleet = %s: one connection sees the others, one carries signals, one serves callers, and lanes keep %d for themselves; raise it to %d."
              .formatted(pool.max(), pool.fleet().name(), floor - 3, floor));
    }
    return new FleetMember.Terms(
        Objects.requireNonNull(pool.fleet().name()), pool.fleet().weight(), floor, pool.max());
  }

  /**
   * Those that lanes reserve or log in for as themselves, and one each for the fleet, for signals
   * and for callers.
   */
  static int floor(ConnectionSettings settings) {
    int reserved = settings.lanes().values().stream().mapToInt(LaneConfig::reserved).sum();
    return 3 + reserved + settings.ownShare();
  }

  @Override
  public Connection open() throws SQLException {
    return node.open();
  }

  @Override
  public void close(Connection connection) {
    node.close(connection);
  }

  @Override
  public int held() {
    return size.held();
  }

  @Override
  public boolean wasRefused() {
    return parts.refusals().any.getAndSet(false);
  }

  @Override
  public void trim(int connections) {
    size.cap(connections);
  }

  @Override
  public void cap(int connections, int members, int budget, String reason) {
    size.cap(connections);
    LOG.info("Fleet {}: {} connections from now on, since {}.", fleet, connections, reason);
    parts.listener().shareChanged(new FleetShare(fleet, members, budget, connections, reason));
  }
}
