package dev.weir.sample;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.weir.config.PostgresConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The order service as one would write it without Weir: HikariCP, Lettuce, the JDK. */
final class BareSide implements Side {

  private static final Logger LOG = LoggerFactory.getLogger(BareSide.class);

  private final HikariDataSource pool;
  private final RedisClient redis;
  private final StatefulRedisConnection<String, String> redisConnection;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  private BareSide(HikariDataSource pool, RedisClient redis) {
    this.pool = pool;
    this.redis = redis;
    this.redisConnection = redis.connect();
  }

  static BareSide open(Servers servers, Settings settings) {
    return new BareSide(
        new HikariDataSource(hikari(servers.config().postgres(), settings)),
        RedisClient.create(servers.config().redis().uri()));
  }

  private static HikariConfig hikari(PostgresConfig postgres, Settings settings) {
    var config = new HikariConfig();
    config.setPoolName("bare");
    config.setJdbcUrl(postgres.url());
    if (postgres.user() != null) {
      config.setUsername(postgres.user());
    }
    if (postgres.password().isSet()) {
      config.setPassword(postgres.password().reveal());
    }
    config.setMaximumPoolSize(settings.connections());
    config.setConnectionTimeout(Settings.LONGEST_WAIT.toMillis());
    return config;
  }

  @Override
  public String name() {
    return "bare HikariCP";
  }

  @Override
  public <R> R read(Kind kind, Query<R> query) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return query.on(connection);
    }
  }

  @Override
  public <R> R write(Kind kind, Query<R> query) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try {
        R result = query.on(connection);
        connection.commit();
        return result;
      } catch (Throwable failure) {
        connection.rollback();
        throw failure;
      }
    }
  }

  @Override
  public String cached(String key) {
    String value = redisConnection.sync().get(key);
    return value == null ? "" : value;
  }

  @Override
  public void cache(String key, String value) {
    redisConnection.sync().set(key, value, SetArgs.Builder.ex(CACHED));
  }

  @Override
  public void start(String name, Job job) {
    threads.execute(() -> run(name, job));
  }

  @Override
  public void every(String name, Duration interval, Job job) {
    long nanos = interval.toNanos();
    var _ = timer.scheduleAtFixedRate(() -> run(name, job), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private static void run(String name, Job job) {
    try {
      job.run();
    } catch (Exception failure) {
      LOG.warn("'{}' failed", name, failure);
    }
  }

  @Override
  public void close() {
    timer.close();
    threads.close();
    redis.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    pool.close();
  }
}
