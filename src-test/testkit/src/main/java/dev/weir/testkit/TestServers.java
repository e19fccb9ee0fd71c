package dev.weir.testkit;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers that all tests of a JVM share: started on first use, stopped when the JVM ends. Safe
 * for any thread.
 *
 * <p>In this order: a server named in {@code WEIR_TEST_POSTGRES_URL} (user and password in it, or
 * in {@code WEIR_TEST_POSTGRES_USER} and {@code WEIR_TEST_POSTGRES_PASSWORD}) or {@code
 * WEIR_TEST_REDIS_URI}; with {@code -Dweir.testkit=containers} a container; else an embedded one. A
 * server that cannot be had is a failure, never a skipped test. A named Redis is emptied by {@link
 * RealServers}: name none whose data you need.
 */
public final class TestServers {
  private static final Logger LOG = LoggerFactory.getLogger(TestServers.class);
  private static final Shared<PostgresServer> POSTGRES =
      new Shared<>(() -> postgres(System.getenv(), System.getProperties()));
  private static final Shared<PgBouncerServer> PG_BOUNCER =
      new Shared<>(() -> PgBouncerServer.sharedInFrontOf(postgres()));
  private static final Shared<RedisServer> REDIS =
      new Shared<>(() -> redis(System.getenv(), System.getProperties()));

  private TestServers() {}

  /**
   * The shared PostgreSQL.
   *
   * @throws RuntimeException if there is none to be had, telling why
   */
  public static PostgresServer postgres() {
    return POSTGRES.orStart();
  }

  /**
   * The shared Redis.
   *
   * @throws RuntimeException if there is none to be had, telling why
   */
  public static RedisServer redis() {
    return REDIS.orStart();
  }

  /**
   * The shared PgBouncer, in transaction mode in front of {@link #postgres()}. It comes from a
   * package manager alone: where it is not installed, the test that asks is skipped, with a warning
   * in the log; where {@code CI} is {@code true}, it fails.
   *
   * @throws RuntimeException that JUnit takes for skipping the test
   * @throws IllegalStateException if the test is to fail
   */
  public static PgBouncerServer pgBouncer() {
    if (!PgBouncerServer.isInstalled() && !"true".equals(System.getenv("CI"))) {
      String skipped =
          "No pgbouncer is installed, so what needs one is NOT TESTED here: on Debian, apt-get"
              + " install pgbouncer";
      LOG.warn(skipped);
      throw Skipped.because(skipped);
    }
    return PG_BOUNCER.orStart();
  }

  /** The shared Redis if a test has asked for it already. */
  static Optional<RedisServer> redisIfStarted() {
    return REDIS.ifStarted();
  }

  static PostgresServer postgres(Map<String, String> environment, Properties properties) {
    return switch (ServerChoice.postgres(environment, properties)) {
      case ServerChoice.Named(var url, var user, var password) ->
          PostgresServer.shared(PostgresAddress.parse(url, user, password));
      case ServerChoice.Container() -> ContainerServers.postgres();
      case ServerChoice.Embedded() -> PostgresServer.sharedEmbedded();
    };
  }

  static RedisServer redis(Map<String, String> environment, Properties properties) {
    return switch (ServerChoice.redis(environment, properties)) {
      case ServerChoice.Named(var uri, _, _) -> RedisServer.shared(uri);
      case ServerChoice.Container() -> ContainerServers.redis();
      case ServerChoice.Embedded() -> RedisServer.sharedEmbedded();
    };
  }

  /** One server, started once; a failed start is tried again by the next who asks. */
  private static final class Shared<T> {
    private final Lock lock = new ReentrantLock();
    private final Supplier<T> start;
    private @Nullable T server;

    Shared(Supplier<T> start) {
      this.start = start;
    }

    T orStart() {
      lock.lock();
      try {
        T started = server == null ? start.get() : server;
        server = started;
        return started;
      } finally {
        lock.unlock();
      }
    }

    Optional<T> ifStarted() {
      lock.lock();
      try {
        return Optional.ofNullable(server);
      } finally {
        lock.unlock();
      }
    }
  }
}
