package dev.weir.sample;

import dev.weir.config.Secret;
import dev.weir.config.WeirConfig;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.RedisServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.UUID;

/**
 * The PostgreSQL and the Redis of a demo: those that Weir's own settings name, else real ones of
 * its own. Whatever it makes, it takes away when it is closed: its servers, its schema.
 */
final class Servers implements AutoCloseable {

  /** Enough for the first command of a cold JVM on a busy machine. */
  private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(20);

  private final WeirConfig config;
  private final String schema;
  private final Deque<AutoCloseable> owned;

  private Servers(WeirConfig config, String schema, Deque<AutoCloseable> owned) {
    this.config = config;
    this.schema = schema;
    this.owned = owned;
  }

  /** Starts what is not named. */
  static Servers open() {
    var owned = new ArrayDeque<AutoCloseable>();
    String schema = "weir_demo_" + UUID.randomUUID().toString().substring(0, 8);
    try {
      WeirConfig config = withRedis(withPostgres(WeirConfig.load(), schema, owned), owned);
      return new Servers(config, schema, owned);
    } catch (Throwable failure) {
      new Servers(WeirConfig.load(), schema, owned).close();
      throw failure;
    }
  }

  /** The data lie in a schema of their own, which every connection finds by itself. */
  private static WeirConfig withPostgres(
      WeirConfig config, String schema, Deque<AutoCloseable> owned) {
    String url = config.postgres().url();
    if (url != null) {
      String named = url + (url.contains("?") ? "&" : "?") + "currentSchema=" + schema;
      WeirConfig ready = config.postgres(config.postgres().url(named));
      owned.push(() -> dropSchema(ready, schema));
      return ready;
    }
    // Speed is judged, so a commit shall cost what it costs in earnest.
    PostgresServer server = PostgresServer.builder().durable().start();
    owned.push(server);
    return config.postgres(
        config
            .postgres()
            .url(server.jdbcUrl("postgres") + "?currentSchema=" + schema)
            .user(server.user())
            .password(Secret.of(server.password())));
  }

  private static WeirConfig withRedis(WeirConfig config, Deque<AutoCloseable> owned) {
    if (config.redis().uri() != null) {
      return config;
    }
    RedisServer server = RedisServer.start();
    owned.push(server);
    return config.redis(config.redis().uri(server.uri()).timeout(REDIS_TIMEOUT));
  }

  private static void dropSchema(WeirConfig config, String schema) throws SQLException {
    var login = new Properties();
    String user = config.postgres().user();
    if (user != null) {
      login.setProperty("user", user);
    }
    if (config.postgres().password().isSet()) {
      login.setProperty("password", config.postgres().password().reveal());
    }
    try (Connection connection = DriverManager.getConnection(config.postgres().url(), login);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }
  }

  /** How to reach both. */
  WeirConfig config() {
    return config;
  }

  /** Where the demo's tables lie. */
  String schema() {
    return schema;
  }

  /**
   * Takes away what was made.
   *
   * @throws IllegalStateException if something stays behind, with every failure inside
   */
  @Override
  public void close() {
    var failures = new IllegalStateException("The demo could not clear up behind itself");
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception failure) {
        failures.addSuppressed(failure);
      }
    }
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
  }
}
