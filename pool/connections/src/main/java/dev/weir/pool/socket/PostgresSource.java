package dev.weir.pool.socket;

import dev.weir.config.PostgresConfig;
import dev.weir.config.Secret;
import dev.weir.pool.line.CallKind;
import dev.weir.pool.line.Line;
import dev.weir.pool.line.ShieldedSocketFactory;
import dev.weir.pool.line.Watchdog;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;

/** Opens sockets to the configured server; the password is asked for anew each time. */
public final class PostgresSource implements Connector {

  /** The oldest major version that Weir is built and tested for. */
  static final int OLDEST_SERVER = 14;

  /** How long one try to deliver a CancelRequest may take; after a second nobody waits for it. */
  private static final int CANCEL_SECONDS = 2;

  /** The process that serves it, and how many connections the server has for everybody. */
  private static final String LOOK =
      "SELECT pg_backend_pid(), current_setting('max_connections')::int"
          + " - current_setting('superuser_reserved_connections')::int"
          + " - coalesce(current_setting('reserved_connections', true)::int, 0)";

  private static final boolean SHIELDED = isSeenByTheDriver();

  private final Driver driver = new Driver();
  private volatile PostgresConfig config;
  private final String url;
  private final LoginListener listener;
  private final Watchdog watchdog;
  private volatile @Nullable SQLException lastFailure;

  /** Of the passwords that were refused and let in last; kept in place of what they are. */
  private volatile Print refused = Print.NONE;

  private volatile Print accepted = Print.NONE;

  /**
   * A way to that server; opens nothing yet.
   *
   * @param config the server and the login, its URL not null
   * @param listener is told of each try
   * @param watchdog ends logins and calls that are due
   */
  public PostgresSource(PostgresConfig config, LoginListener listener, Watchdog watchdog) {
    this.config = config;
    this.watchdog = watchdog;
    this.url = Objects.requireNonNull(config.urlWithoutSecrets(), "postgres.url");
    this.listener = listener;
  }

  /**
   * Logs in with another password from now on.
   *
   * @return what it was
   */
  public Secret password(Secret next) {
    PostgresConfig before = config;
    config = before.password(next);
    return before.password();
  }

  /** Whether the password reads otherwise than at the last login that went well. */
  public boolean isPasswordNew() throws SQLException {
    return config.password().isSet() && !Print.of(password()).equals(accepted);
  }

  @Override
  public boolean isLoginChanged() {
    try {
      return !refused.equals(Print.NONE) && !Print.of(password()).equals(refused);
    } catch (SQLException _) {
      return false;
    }
  }

  /** How long a login may take. */
  Duration connectTimeout() {
    return config.connectTimeout();
  }

  /**
   * Opens a socket and logs in.
   *
   * @throws SQLException if that fails or takes longer than {@code postgres.connect-timeout}
   */
  @Override
  public PhysicalConnection connect() throws SQLException {
    long start = System.nanoTime();
    try {
      PhysicalConnection connection = logIn(new Line(watchdog));
      lastFailure = null;
      listener.connected(System.nanoTime() - start);
      return connection;
    } catch (SQLException failure) {
      lastFailure = failure;
      listener.connectFailed(Objects.requireNonNullElse(failure.getSQLState(), ""));
      throw failure;
    }
  }

  private PhysicalConnection logIn(Line line) throws SQLException {
    String password = config.password().isSet() ? password() : null;
    Properties properties = properties(password);
    line.begin(CallKind.LOGIN, config.connectTimeout().toNanos());
    Connection connection;
    try {
      connection = ShieldedSocketFactory.opening(line, () -> driver.connect(url, properties));
      refused = Print.NONE;
      accepted = Print.of(password);
    } catch (SQLException failure) {
      boolean isLogin = ConnectTrouble.of(failure) == ConnectTrouble.LOGIN;
      refused = isLogin ? Print.of(password) : refused;
      throw failure;
    } finally {
      line.end();
    }
    return PhysicalConnection.own(
        Objects.requireNonNull(connection).unwrap(BaseConnection.class), line, isPooled());
  }

  @Override
  public @Nullable SQLException lastFailure() {
    return lastFailure;
  }

  /**
   * The first connection, if there is a server that fits.
   *
   * @param wanted how many there shall be at most; more than the server allows is logged
   * @throws SQLException if there is not, or it is too old
   */
  PhysicalConnection first(int wanted) throws SQLException {
    PhysicalConnection first = connect();
    try {
      check(first.jdbc().getMetaData());
      if (!isPooled()) {
        first.asks(config.connectTimeout(), far -> look(far, wanted));
      }
      return first;
    } catch (ConnectTrouble.Known unfit) {
      first.quit();
      throw unfit;
    } catch (SQLException failure) {
      first.abort();
      throw failure;
    }
  }

  /** Tells the log if a pooler stands between, or if the server has too few connections. */
  private boolean look(Connection far, int wanted) throws SQLException {
    try (Statement statement = far.createStatement();
        ResultSet row = statement.executeQuery(LOOK)) {
      row.next();
      if (row.getInt(1) != far.unwrap(PGConnection.class).getBackendPID()) {
        Logs.poolerBetween(config.target());
      }
      int allowed = row.getInt(2);
      if (allowed < wanted) {
        Logs.tooFewConnections(config.target(), wanted, allowed);
      }
      return true;
    }
  }

  private static void check(DatabaseMetaData server) throws SQLException {
    int major = server.getDatabaseMajorVersion();
    if (major < OLDEST_SERVER) {
      throw new ConnectTrouble.Known(
          ConnectTrouble.UNFIT,
          "is version %s, but Weir needs %d or newer: upgrade the server or point postgres.url at another."
              .formatted(server.getDatabaseProductVersion(), OLDEST_SERVER),
          "0A000");
    }
  }

  /** What the URL does not say. Values in the URL win. */
  private Properties properties(@Nullable String password) {
    var properties = new Properties();
    String user = config.user();
    if (user != null) {
      PGProperty.USER.set(properties, user);
    }
    if (password != null) {
      PGProperty.PASSWORD.set(properties, password);
    }
    // The driver repeats its URL in messages and logs, so it gets the secrets in it beside it.
    config.urlSecrets().forEach(properties::setProperty);
    int seconds = wholeSeconds(config.connectTimeout());
    PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
    PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, CANCEL_SECONDS);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.APPLICATION_NAME.set(properties, "weir");
    if (isPooled()) {
      // Whatever is set or prepared for longer would be met by somebody else.
      PGProperty.READ_ONLY_MODE.set(properties, "transaction");
      PGProperty.PREPARE_THRESHOLD.set(properties, 0);
    } else {
      // A read-only session is read-only outside a transaction too.
      PGProperty.READ_ONLY_MODE.set(properties, "always");
    }
    if (SHIELDED) {
      PGProperty.SOCKET_FACTORY.set(properties, ShieldedSocketFactory.class.getName());
    }
    return properties;
  }

  /** Whether server processes are shared between connections. */
  private boolean isPooled() {
    return config.pooler() == PostgresConfig.Pooler.TRANSACTION;
  }

  /** Whether the driver, which looks for the factory by its name, finds ours. */
  private static boolean isSeenByTheDriver() {
    try {
      String name = ShieldedSocketFactory.class.getName();
      Class<?> seen = Class.forName(name, false, Driver.class.getClassLoader());
      return seen == ShieldedSocketFactory.class;
    } catch (ClassNotFoundException _) {
      Logs.noShield();
      return false;
    }
  }

  private String password() throws SQLException {
    try {
      return config.password().reveal();
    } catch (RuntimeException failure) {
      var unread =
          new ConnectTrouble.Known(ConnectTrouble.PASSWORD, "the password could not be read", "");
      unread.initCause(failure);
      throw unread;
    }
  }

  private static int wholeSeconds(Duration timeout) {
    return Math.clamp(timeout.plusMillis(999).toSeconds(), 1, Integer.MAX_VALUE);
  }
}
