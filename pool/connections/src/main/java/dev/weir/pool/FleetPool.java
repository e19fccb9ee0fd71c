package dev.weir.pool;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.pool.fleet.FleetMember;
import dev.weir.pool.signal.NodeLine;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pool of a manager, as its fleet sees it. */
final class FleetPool implements FleetMember.CappedPool {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");

  private final String fleet;
  private final NodeLine node;
  private final IntSupplier held;
  private final IntConsumer ceiling;
  private final Refusals refusals;
  private final PoolListener listener;

  FleetPool(
      String fleet,
      NodeLine node,
      IntSupplier held,
      IntConsumer ceiling,
      Refusals refusals,
      PoolListener listener) {
    this.fleet = fleet;
    this.node = node;
    this.held = held;
    this.ceiling = ceiling;
    this.refusals = refusals;
    this.listener = listener;
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
          "pool.max = %d is too few for pool.fleet = %s: one connection sees the others, one carries signals, one serves callers, and lanes reserve %d; raise it to %d."
              .formatted(pool.max(), pool.fleet().name(), floor - 3, floor));
    }
    return new FleetMember.Terms(
        Objects.requireNonNull(pool.fleet().name()), pool.fleet().weight(), floor, pool.max());
  }

  /** Those that lanes reserve, and one each for the fleet, for signals and for callers. */
  static int floor(ConnectionSettings settings) {
    return 3 + settings.lanes().values().stream().mapToInt(LaneConfig::reserved).sum();
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
    return held.getAsInt();
  }

  @Override
  public boolean wasRefused() {
    return refusals.any.getAndSet(false);
  }

  @Override
  public void trim(int connections) {
    ceiling.accept(connections);
  }

  @Override
  public void cap(int connections, int members, int budget, String reason) {
    ceiling.accept(connections);
    LOG.info("Fleet {}: {} connections from now on, since {}.", fleet, connections, reason);
    listener.shareChanged(new FleetShare(fleet, members, budget, connections, reason));
  }
}
