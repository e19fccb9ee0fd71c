package dev.weir.testkit;

import dev.weir.testkit.process.BaseCopy;
import dev.weir.testkit.process.OwnServer;
import dev.weir.testkit.process.PgBouncerProgram;
import dev.weir.testkit.process.PostgresProgram;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL: the shared one of {@link TestServers#postgres()}, or one's own, which alone
 * can be hurt. Safe for any thread; faults are done one at a time.
 */
public final class PostgresServer implements AutoCloseable {
  private final PostgresAddress address;
  private final @Nullable OwnServer own;
  private final PostgresSetup setup;

  private PostgresServer(PostgresAddress address, @Nullable OwnServer own, PostgresSetup setup) {
    this.address = address;
    this.own = own;
    this.setup = setup;
  }

  /** Starts a server of one's own by {@link #builder()} as it is: fast, not durable. */
  public static PostgresServer start() {
    return builder().start();
  }

  /** How an own server shall be set up; fast and not durable unless changed. */
  public static PostgresSetup builder() {
    return PostgresSetup.defaults();
  }

  static PostgresServer start(PostgresSetup setup) {
    return of(PostgresProgram.start(setup.archive()::open, setup.terms()), setup);
  }

  private static PostgresServer of(OwnServer process, PostgresSetup setup) {
    var address =
        new PostgresAddress(
            "127.0.0.1", process.port(), "postgres", "", PostgresProgram.USER, setup.password());
    return new PostgresServer(address, process, setup);
  }

  /**
   * Starts a standby of this server that streams from it: with the same settings and password, on a
   * port of its own, made from a copy of the data as they are now. Takes about as long as a start.
   *
   * @throws UnsupportedOperationException if this server is shared or somebody else's
   * @throws IllegalStateException if it cannot be copied (it is older than PostgreSQL 15, or has
   *     tablespaces), or the standby does not start
   */
  public PostgresReplica replica() {
    Path data = own().directory().resolve(PostgresProgram.DATA);
    String slot = "replica_" + UUID.randomUUID().toString().replace("-", "");
    var copy = new BaseCopy(data, maintenance(), slot);
    try {
      OwnServer process = PostgresProgram.startStandby(setup.archive()::open, setup.terms(), copy);
      return new PostgresReplica(this, of(process, setup), copy);
    } catch (RuntimeException | Error e) {
      try {
        copy.forget();
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /** A server that someone else runs, or that all tests of this JVM share. */
  static PostgresServer shared(PostgresAddress address) {
    return new PostgresServer(address, null, PostgresSetup.defaults());
  }

  /** A server of this JVM that all its tests share. */
  static PostgresServer sharedEmbedded() {
    return shared(start().address);
  }

  /** The address it listens on. */
  public String host() {
    return address.host();
  }

  /** The port it listens on; the same after a restart. */
  public int port() {
    return address.port();
  }

  /** Who may create databases; a superuser, unless the server is a named one. */
  public String user() {
    return address.user();
  }

  /** The password of {@link #user()}. */
  public String password() {
    return address.password();
  }

  /** The JDBC URL of one of its databases, without user and password. */
  public String jdbcUrl(String database) {
    return address.jdbcUrl(database);
  }

  /** A new empty database, copied from PostgreSQL's own {@code template1}. */
  public TestDatabase freshDatabase() {
    return freshDatabase("template1");
  }

  /**
   * A new database, copied from another one: migrate once, copy for each test.
   *
   * @param template name of a database nobody is connected to
   * @throws IllegalStateException if the server cannot be reached or refuses
   */
  public TestDatabase freshDatabase(String template) {
    String name = "weir_" + UUID.randomUUID().toString().replace("-", "");
    maintain("CREATE DATABASE " + name + " TEMPLATE " + quoted(template));
    return new TestDatabase(this, name);
  }

  /** What a pooler in front must know of it. */
  PgBouncerProgram.Behind behindPooler() {
    return new PgBouncerProgram.Behind(host(), port(), address.maintenance(), user(), password());
  }

  /** Drops a database and cuts whoever is still connected to it. */
  void drop(String database) {
    maintain("DROP DATABASE IF EXISTS " + quoted(database) + " WITH (FORCE)");
  }

  /** Numbers of its processes, the postmaster's first, for a test that wants to see them go. */
  public List<Long> pids() {
    return own().pids();
  }

  /** Where its data and its log lie, until it is closed. */
  public Path directory() {
    return own().directory();
  }

  /**
   * Kills the postmaster and all its children as a crash would, and returns once they are gone and
   * the port is free. Commits survive if the server is {@link PostgresSetup#durable()}.
   */
  public void kill() {
    own().kill();
  }

  /** Starts it again on the same port and data, crash recovery included if it was killed. */
  public void restart() {
    own().restart();
  }

  /** Freezes all its processes: connections stay, nothing is answered, until {@link #resume()}. */
  public void pause() {
    own().pause();
  }

  /** Lets a frozen server go on. */
  public void resume() {
    own().resume();
  }

  /** Stops it and removes its data; again and again is harmless. */
  @Override
  public void close() {
    own().close();
  }

  /** The database for questions to the server itself. */
  PGSimpleDataSource maintenance() {
    return dataSource(address.maintenance());
  }

  PGSimpleDataSource dataSource(String database) {
    var source = new PGSimpleDataSource();
    source.setURL(address.jdbcUrl(database));
    source.setUser(address.user());
    source.setPassword(address.password());
    return source;
  }

  private void maintain(String sql) {
    try (Connection connection = maintenance().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "%s as user %s: %s failed: %s".formatted(this, user(), sql, e.getMessage()), e);
    }
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  private OwnServer own() {
    if (own == null) {
      throw new UnsupportedOperationException(
          "%s is shared with other tests; hurt or close one of your own: PostgresServer.start()"
              .formatted(this));
    }
    return own;
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
