package dev.weir.pool;

import dev.weir.gate.Gate;
import dev.weir.pool.line.Watchdog;
import dev.weir.tasks.SystemTasks;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One database server as the manager sees it: the gate in front, the connections behind.
 *
 * @param gate who may have a connection
 * @param physical where they are kept
 */
record Node(Gate gate, PhysicalPool physical) {

  static final String PRIMARY = "primary";

  /** What is put behind a gate that has no supply yet. */
  @FunctionalInterface
  interface Backing {

    /** Opens it; it tells the gate of each connection that can be used. */
    PhysicalPool behind(Gate gate, PostgresSource source);
  }

  /** Weir's own sockets. */
  static Backing sockets(ConnectionSettings settings, SystemTasks system) {
    return (gate, source) -> SocketPool.open(settings, source, gate, system);
  }

  static Node open(
      ConnectionSettings settings, PoolListener listener, Watchdog watchdog, Backing backing) {
    DataSource override = settings.override();
    if (override != null) {
      Gate gate = Gate.open(PRIMARY, settings.pool().max(), settings.laneSettings());
      gate.lane(Access.DEFAULT_LANE);
      return new Node(
          gate,
          new ForeignPool(
              override, watchdog, () -> gate.snapshot().inUse(), settings.pool().max()));
    }
    if (settings.postgres().url() == null) {
      throw new IllegalStateException(
          "No PostgreSQL is configured: set postgres.url (WEIR_POSTGRES_URL), for example"
              + " jdbc:postgresql://localhost:5432/orders, or give the builder a DataSource.");
    }
    var pool = new AtomicReference<@Nullable PhysicalPool>();
    Gate gate =
        Gate.supplied(
            PRIMARY,
            settings.pool().max(),
            settings.laneSettings(),
            () -> Objects.requireNonNull(pool.get()).demanded());
    gate.lane(Access.DEFAULT_LANE);
    PhysicalPool physical =
        backing.behind(gate, new PostgresSource(settings.postgres(), listener, watchdog));
    pool.set(physical);
    return new Node(gate, physical);
  }
}
