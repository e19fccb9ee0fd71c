package dev.weir.testkit;

import dev.weir.testkit.process.PostgresProgram;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * How an own PostgreSQL shall be set up: immutable, each wither gives a changed copy, {@link
 * #start()} starts a server by it. Safe for any thread.
 *
 * @param archive where the programs come from
 * @param settings server settings as in postgresql.conf, later ones replacing earlier ones
 * @param password of the superuser {@code postgres}; wrong ones are refused (scram-sha-256)
 * @param patience how long a start, crash recovery included, may take
 */
public record PostgresSetup(
    PostgresArchive archive, Map<String, String> settings, String password, Duration patience) {

  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("max_connections", "200"),
          Map.entry("timezone", "UTC"),
          Map.entry("shared_preload_libraries", "pg_stat_statements"),
          Map.entry("fsync", "off"),
          Map.entry("synchronous_commit", "off"),
          Map.entry("full_page_writes", "off"));

  /** Copies the settings, so that the caller's map may change. */
  public PostgresSetup {
    if (!patience.isPositive()) {
      throw new IllegalArgumentException("patience = %s: must be positive".formatted(patience));
    }
    if (password.isBlank()) {
      throw new IllegalArgumentException(
          "password: must not be blank; leave it out for a random one");
    }
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * PostgreSQL 18 for tests: 200 connections, UTC, {@code pg_stat_statements} loaded, a random
   * password, and fast rather than safe: a killed server may lose its last commits.
   */
  static PostgresSetup defaults() {
    return new PostgresSetup(
        PostgresArchive.bundled(), DEFAULTS, UUID.randomUUID().toString(), Duration.ofSeconds(60));
  }

  /** With one server setting, in the words of postgresql.conf. */
  public PostgresSetup setting(String name, String value) {
    var changed = new LinkedHashMap<>(settings);
    changed.put(name, value);
    return new PostgresSetup(archive, changed, password, patience);
  }

  /**
   * With everything on that makes a commit survive a crash: what durability and speed are judged
   * on.
   */
  public PostgresSetup durable() {
    return setting("fsync", "on")
        .setting("synchronous_commit", "on")
        .setting("full_page_writes", "on");
  }

  /** With programs from elsewhere, another version of PostgreSQL for instance. */
  public PostgresSetup archive(PostgresArchive archive) {
    return new PostgresSetup(archive, settings, password, patience);
  }

  /** With this password for the superuser {@code postgres}. */
  public PostgresSetup password(String password) {
    return new PostgresSetup(archive, settings, password, patience);
  }

  /** With this much time for a start, crash recovery included; 60 s if not set. */
  public PostgresSetup patience(Duration patience) {
    return new PostgresSetup(archive, settings, password, patience);
  }

  /**
   * Starts a server of one's own on a free port with a fresh data directory.
   *
   * @throws IllegalStateException if it does not start, with what it wrote
   */
  public PostgresServer start() {
    return PostgresServer.start(this);
  }

  PostgresProgram.Terms terms() {
    return new PostgresProgram.Terms(settings, password, patience);
  }

  @Override
  public String toString() {
    return "PostgresSetup" + settings;
  }
}
