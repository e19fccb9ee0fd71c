package dev.weir.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.weir.gate.Gate;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.socket.ForeignPool;
import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.pool.socket.PostgresSource;
import dev.weir.pool.socket.ServerGuards;
import dev.weir.pool.socket.SocketPool;
import dev.weir.testkit.PostgresServer;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * HikariCP behind the gate with all that Weir does itself switched off: the rival of {@link
 * SocketPool} for the same place.
 */
final class HikariPhysicalPool implements PhysicalPool {

  private final HikariDataSource hikari;
  private final ForeignPool places;

  HikariPhysicalPool(PostgresServer server, int size, Watchdog watchdog) {
    var config = new HikariConfig();
    config.setPoolName("behind-the-gate");
    config.setJdbcUrl(server.jdbcUrl("postgres"));
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(size);
    config.setMaxLifetime(0);
    config.setKeepaliveTime(0);
    config.setIdleTimeout(0);
    config.setLeakDetectionThreshold(0);
    config.setInitializationFailTimeout(-1);
    hikari = new HikariDataSource(config);
    places = new ForeignPool(hikari, watchdog, this::connections, size);
  }

  /**
   * Behind a gate; the whole size is promised at once, because HikariCP does not say what it has.
   */
  static Node.Backing backing(PostgresServer server, int size, Watchdog watchdog) {
    return (Gate gate, PostgresSource _) -> {
      var pool = new HikariPhysicalPool(server, size, watchdog);
      for (int i = 0; i < size; i++) {
        gate.addSupply();
      }
      return pool;
    };
  }

  @Override
  public PhysicalConnection borrow(ServerGuards guards) throws SQLException {
    return places.borrow(guards);
  }

  @Override
  public void giveBack(PhysicalConnection connection) throws SQLException {
    places.giveBack(connection);
  }

  @Override
  public void discard(PhysicalConnection connection) throws SQLException {
    places.discard(connection);
  }

  @Override
  public @Nullable SQLException lastConnectFailure() {
    return null;
  }

  @Override
  public int connections() {
    return hikari.getHikariPoolMXBean().getTotalConnections();
  }

  @Override
  public int idle() {
    return hikari.getHikariPoolMXBean().getIdleConnections();
  }

  @Override
  public void close() {
    hikari.close();
  }
}
