package dev.weir.pool;

import dev.weir.config.PostgresConfig;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;

/** Opens sockets to the configured server; the password is asked for anew each time. */
final class PostgresSource implements Connector {

  /** The oldest major version that Weir is built and tested for. */
  static final int OLDEST_SERVER = 14;

  private final Driver driver = new Driver();
  private final PostgresConfig config;
  private final String url;
  private final PoolListener listener;
  private volatile @Nullable SQLException lastFailure;

  PostgresSource(PostgresConfig config, PoolListener listener) {
    this.config = config;
    this.url = Objects.requireNonNull(config.urlWithoutSecrets(), "postgres.url");
    this.listener = listener;
  }

  String target() {
    return config.target();
  }

  @Override
  public PhysicalConnection connect() throws SQLException {
    long start = System.nanoTime();
    try {
      Connection connection = Objects.requireNonNull(driver.connect(url, properties()));
      lastFailure = null;
      listener.connected(System.nanoTime() - start);
      return new PhysicalConnection(connection.unwrap(BaseConnection.class));
    } catch (SQLException failure) {
      lastFailure = failure;
      listener.connectFailed(Objects.requireNonNullElse(failure.getSQLState(), ""));
      throw failure;
    }
  }

  @Override
  public @Nullable SQLException lastFailure() {
    return lastFailure;
  }

  /**
   * The first connection, if there is a server that fits.
   *
   * @throws DatabaseUnavailableException if there is not
   */
  PhysicalConnection first() {
    PhysicalConnection first;
    try {
      first = connect();
    } catch (SQLException failure) {
      throw unavailable(failure);
    }
    try {
      check(first.jdbc().getMetaData());
      return first;
    } catch (SQLException failure) {
      first.abort();
      throw unavailable(failure);
    } catch (DatabaseUnavailableException unfit) {
      first.quit();
      throw unfit;
    }
  }

  private void check(DatabaseMetaData server) throws SQLException {
    int major = server.getDatabaseMajorVersion();
    if (major < OLDEST_SERVER) {
      throw new DatabaseUnavailableException(
          "PostgreSQL at %s is version %s, but Weir needs %d or newer: upgrade the server or point postgres.url at another."
              .formatted(target(), server.getDatabaseProductVersion(), OLDEST_SERVER),
          new SQLException("server version " + major + " is not supported", "0A000"));
    }
  }

  DatabaseUnavailableException unavailable(SQLException failure) {
    return new DatabaseUnavailableException(
        ConnectTrouble.of(failure).text(config, ConnectTrouble.root(failure)), failure);
  }

  /** What the URL does not say. Values in the URL win. */
  private Properties properties() throws SQLException {
    var properties = new Properties();
    String user = config.user();
    if (user != null) {
      PGProperty.USER.set(properties, user);
    }
    if (config.password().isSet()) {
      PGProperty.PASSWORD.set(properties, password());
    }
    // The driver repeats its URL in messages and logs, so it gets the secrets in it beside it.
    config.urlSecrets().forEach(properties::setProperty);
    int seconds = wholeSeconds(config.connectTimeout());
    PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
    PGProperty.LOGIN_TIMEOUT.set(properties, seconds);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.APPLICATION_NAME.set(properties, "weir");
    // A read-only session is read-only outside a transaction too.
    PGProperty.READ_ONLY_MODE.set(properties, "always");
    return properties;
  }

  private String password() throws SQLException {
    try {
      return config.password().reveal();
    } catch (RuntimeException failure) {
      throw new UnreadablePasswordException(failure);
    }
  }

  private static int wholeSeconds(Duration timeout) {
    return Math.clamp(timeout.plusMillis(999).toSeconds(), 1, Integer.MAX_VALUE);
  }
}
