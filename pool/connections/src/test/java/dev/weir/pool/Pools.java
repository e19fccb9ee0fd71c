package dev.weir.pool;

import dev.weir.config.LaneConfig;
import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.tasks.SystemTasks;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A manager on a real database, with the system tasks it needs; both end together. */
public record Pools(SystemTasks system, UnifiedConnectionManager manager) implements AutoCloseable {

  public static final Map<String, LaneConfig> LANES =
      Map.of(
          "interactive", LaneConfig.open(),
          "batch", LaneConfig.open(),
          "admin", LaneConfig.open().reserved(1));

  public static Pools open(TestDatabase database, int max) {
    return open(settings(database, max));
  }

  public static Pools open(ConnectionSettings settings, PoolListener... listeners) {
    var system = SystemTasks.open();
    try {
      return new Pools(system, UnifiedConnectionManager.open(settings, system, List.of(listeners)));
    } catch (Throwable failure) {
      system.close();
      throw failure;
    }
  }

  /** {@code max} permits for callers, and one more that is kept for the lane "admin". */
  public static ConnectionSettings settings(TestDatabase database, int max) {
    return new ConnectionSettings(
        postgres(database),
        new PoolConfig(0, max + 1, Duration.ofSeconds(20)),
        LANES,
        RedisConfig.defaults(),
        null);
  }

  /** The same through PgBouncer in transaction mode. */
  public static Pools throughPgBouncer(TestDatabase database, int max) {
    return open(throughPgBouncer(database, settings(database, max)));
  }

  /** Settings like those, through PgBouncer in transaction mode. */
  public static ConnectionSettings throughPgBouncer(
      TestDatabase database, ConnectionSettings settings) {
    PostgresConfig pooled =
        settings
            .postgres()
            .url(TestServers.pgBouncer().jdbcUrl(database))
            .pooler(PostgresConfig.Pooler.TRANSACTION);
    return new ConnectionSettings(
        pooled, settings.pool(), settings.lanes(), settings.redis(), null);
  }

  public static PostgresConfig postgres(TestDatabase database) {
    return PostgresConfig.defaults()
        .url(database.jdbcUrl())
        .user(database.user())
        .password(Secret.of(database.password()));
  }

  /** The same with all that is said to the server going over this proxy. */
  public static ConnectionSettings through(TcpProxy proxy, TestDatabase database, int max) {
    ConnectionSettings plain = settings(database, max);
    return new ConnectionSettings(
        plain.postgres().url(url(proxy, database)),
        plain.pool(),
        plain.lanes(),
        plain.redis(),
        null);
  }

  /** The database as one reaches it over the proxy. */
  public static String url(TcpProxy proxy, TestDatabase database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), database.name());
  }

  public static int one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  public static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    manager.close();
    system.close();
  }
}
