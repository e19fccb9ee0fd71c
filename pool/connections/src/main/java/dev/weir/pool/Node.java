package dev.weir.pool;

import dev.weir.gate.Gate;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.socket.ConnectTrouble;
import dev.weir.pool.socket.ForeignPool;
import dev.weir.pool.socket.LoginListener;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.pool.socket.PostgresSource;
import dev.weir.pool.socket.SocketPool;
import dev.weir.tasks.SystemTasks;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One database server as the manager sees it: the gate in front, the connections behind.
 *
 * @param gate who may have a connection
 * @param physical where they are kept
 * @param source who logs in; null if that is somebody else
 */
record Node(Gate gate, PhysicalPool physical, @Nullable PostgresSource source) {

  static final String PRIMARY = "primary";

  /** What is put behind a gate that has no supply yet. */
  @FunctionalInterface
  interface Backing {

    /** Opens it; it tells the gate of each connection that can be used. */
    PhysicalPool behind(Gate gate, PostgresSource source) throws SQLException;
  }

  /** Weir's own sockets. */
  static Backing sockets(ConnectionSettings settings, SystemTasks system) {
    return (gate, source) -> SocketPool.open(source, settings.firstSize(), gate, system);
  }

  static Node open(
      ConnectionSettings settings, LoginListener listener, Watchdog watchdog, Backing backing) {
    DataSource override = settings.override();
    if (override != null) {
      Gate gate = Gate.open(PRIMARY, settings.pool().max(), settings.laneSettings());
      gate.lane(Access.DEFAULT_LANE);
      return new Node(
          gate,
          new ForeignPool(override, watchdog, () -> gate.snapshot().inUse(), settings.pool().max()),
          null);
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
    var source = new PostgresSource(settings.postgres(), listener, watchdog);
    PhysicalPool physical;
    try {
      physical = backing.behind(gate, source);
    } catch (SQLException failure) {
      String why =
          ConnectTrouble.of(failure).text(settings.postgres(), ConnectTrouble.root(failure));
      throw new DatabaseUnavailableException(why, failure);
    }
    pool.set(physical);
    return new Node(gate, physical, source);
  }
}
