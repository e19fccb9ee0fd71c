package dev.weir.pool;

import dev.weir.config.PostgresConfig;
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
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One database server as one login of the manager sees it: the gate in front, the connections
 * behind.
 *
 * @param gate who may have a connection
 * @param physical where they are kept
 * @param source who logs in; null if that is somebody else
 * @param login as whom
 */
record Node(Gate gate, PhysicalPool physical, @Nullable PostgresSource source, Login login) {

  static final String PRIMARY = "primary";

  /** What is put behind a gate that has no supply yet. */
  @FunctionalInterface
  interface Backing {

    /** Opens it; it tells the gate of each connection that can be used. */
    PhysicalPool behind(Gate gate, PostgresSource source) throws SQLException;
  }

  /**
   * As whom the server is reached.
   *
   * @param postgres the server, the user and the password
   * @param settings under which keys these are set, such as {@code postgres}
   */
  record Login(PostgresConfig postgres, String settings) {

    String why(SQLException failure) {
      return ConnectTrouble.of(failure).text(postgres, settings, ConnectTrouble.root(failure));
    }
  }

  /** Weir's own sockets. */
  static Backing sockets(ConnectionSettings settings, SystemTasks system) {
    return (gate, source) -> SocketPool.open(source, settings.shared().firstSize(), gate, system);
  }

  /** The node of all lanes that have no login of their own. */
  static Node open(
      ConnectionSettings settings, LoginListener listener, Watchdog watchdog, Backing backing) {
    var login = new Login(settings.postgres(), "postgres");
    DataSource override = settings.override();
    if (override != null) {
      Gate gate = Gate.open(PRIMARY, settings.pool().max(), settings.laneSettings());
      gate.lane(Access.DEFAULT_LANE);
      return new Node(
          gate,
          new ForeignPool(override, watchdog, () -> gate.snapshot().inUse(), settings.pool().max()),
          null,
          login);
    }
    if (settings.postgres().url() == null) {
      throw new IllegalStateException(
          "No PostgreSQL is configured: set postgres.url (WEIR_POSTGRES_URL), for example"
              + " jdbc:postgresql://localhost:5432/orders, or give the builder a DataSource.");
    }
    try {
      return open(
          login,
          new PostgresSource(login.postgres(), listener, watchdog),
          demanded -> gate(settings, demanded),
          backing);
    } catch (SQLException failure) {
      throw new DatabaseUnavailableException(login.why(failure), failure);
    }
  }

  private static Gate gate(ConnectionSettings settings, Runnable demanded) {
    Gate gate = Gate.supplied(PRIMARY, settings.pool().max(), settings.laneSettings(), demanded);
    gate.lane(Access.DEFAULT_LANE);
    return gate;
  }

  /**
   * A node with sockets of Weir's own.
   *
   * @param gate opens the gate, which tells who began to wait
   * @throws SQLException if there is no first one
   */
  static Node open(
      Login login, PostgresSource source, Function<Runnable, Gate> gate, Backing backing)
      throws SQLException {
    var pool = new AtomicReference<@Nullable PhysicalPool>();
    Gate front = gate.apply(() -> Objects.requireNonNull(pool.get()).demanded());
    PhysicalPool physical = backing.behind(front, source);
    pool.set(physical);
    return new Node(front, physical, source, login);
  }

  /** Why there is no connection, for the caller who got that. */
  String why(SQLException failure) {
    SQLException connect = physical.lastConnectFailure();
    boolean interrupted = ConnectTrouble.of(failure) == ConnectTrouble.INTERRUPTED;
    return connect == null || !interrupted
        ? login.why(failure)
        : login.why(connect) + " The caller was interrupted while it waited.";
  }
}
