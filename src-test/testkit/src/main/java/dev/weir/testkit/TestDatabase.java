package dev.weir.testkit;

import javax.sql.DataSource;

/**
 * A database made for one test, on a real server. Immutable; safe for any thread.
 *
 * @param server where it lives
 * @param name what it is called there
 */
public record TestDatabase(PostgresServer server, String name) implements AutoCloseable {

  /** Its JDBC URL, without user and password. */
  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /** Who may do everything in it. */
  public String user() {
    return server.user();
  }

  /** The password of {@link #user()}. */
  public String password() {
    return server.password();
  }

  /** A plain source without a pool: each connection is a new one. */
  public DataSource dataSource() {
    return server.dataSource(name);
  }

  /** Removes it and cuts whoever is still connected; again and again is harmless. */
  public void drop() {
    server.drop(name);
  }

  /** Same as {@link #drop()}, for try-with-resources. */
  @Override
  public void close() {
    drop();
  }
}
