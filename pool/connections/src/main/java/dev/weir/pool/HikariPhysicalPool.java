package dev.weir.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.weir.config.PoolConfig;
import dev.weir.pool.line.Watchdog;
import dev.weir.tasks.SystemTasks;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sockets kept by HikariCP, which never sees more callers than it may have sockets. */
final class HikariPhysicalPool implements PhysicalPool {

  private static final long SHORTEST_TIMEOUT_MS = 250;

  private final PostgresSource source;
  private final Watchdog watchdog;
  private final HikariDataSource hikari;
  private final HikariPoolMXBean figures;

  HikariPhysicalPool(
      PostgresSource source, PoolConfig pool, Duration connectTimeout, SystemTasks system) {
    this.source = source;
    this.watchdog = source.watchdog();
    var config = new HikariConfig();
    config.setPoolName("weir");
    config.setDataSource(source);
    config.setMaximumPoolSize(pool.max());
    config.setMinimumIdle(pool.min());
    // Behind the gate this bounds only the wait for a socket that is being opened.
    long timeout = Math.max(SHORTEST_TIMEOUT_MS, connectTimeout.toMillis());
    config.setConnectionTimeout(timeout);
    config.setValidationTimeout(Math.min(timeout, 5_000));
    // Weir has checked the server itself, with a message of its own.
    config.setInitializationFailTimeout(-1);
    config.setThreadFactory(system.platformThreads("weir-hikari"));
    // Its keepalive may block for seconds on a dead socket, so it must not run on our timer.
    config.setScheduledExecutor(system.timer("weir-hikari"));
    hikari = new HikariDataSource(config);
    figures = hikari.getHikariPoolMXBean();
  }

  @Override
  public PhysicalConnection borrow() throws SQLException {
    return PhysicalConnection.foreign(hikari.getConnection(), watchdog);
  }

  @Override
  public void giveBack(PhysicalConnection connection) throws SQLException {
    connection.jdbc().close();
  }

  @Override
  public void discard(PhysicalConnection connection) {
    hikari.evictConnection(connection.jdbc());
  }

  @Override
  public @Nullable SQLException lastConnectFailure() {
    return source.lastFailure();
  }

  @Override
  public int connections() {
    return figures.getTotalConnections();
  }

  @Override
  public int idle() {
    return figures.getIdleConnections();
  }

  @Override
  public void close() {
    hikari.close();
  }
}
