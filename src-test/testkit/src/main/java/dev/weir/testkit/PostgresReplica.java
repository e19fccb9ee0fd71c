package dev.weir.testkit;

import dev.weir.testkit.process.BaseCopy;
import dev.weir.testkit.time.Waiting;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A standby that streams from a primary, made by {@link PostgresServer#replica()}: a server like
 * any other, which can be read, killed and started again by {@link #server()}, and what only a
 * standby can do. Safe for any thread.
 */
public final class PostgresReplica implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresReplica.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PostgresServer primary;
  private final PostgresServer server;
  private final BaseCopy copy;

  PostgresReplica(PostgresServer primary, PostgresServer server, BaseCopy copy) {
    this.primary = primary;
    this.server = server;
    this.copy = copy;
  }

  /** The server itself. Databases cannot be made on it; those of the primary are there. */
  public PostgresServer server() {
    return server;
  }

  /** What the primary calls it in {@code pg_stat_replication} and among its slots. */
  public String name() {
    return copy.slot();
  }

  /**
   * Waits until it has replayed all that the primary has written by now.
   *
   * @throws AssertionError if that takes longer than a minute
   */
  public void awaitCaughtUp() {
    String reached =
        ask(primary, "SELECT pg_logical_emit_message(false, 'weir-testkit', 'reached')");
    Waiting.until(
        PATIENCE,
        () -> "%s to replay up to %s; it is at %s".formatted(this, reached, replayed()),
        () ->
            ask(server, "SELECT pg_last_wal_replay_lsn() >= '%s'".formatted(reached)).equals("t"));
  }

  private String replayed() {
    try {
      return ask(server, "SELECT pg_last_wal_replay_lsn()");
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Replays nothing more of what it receives, so that it falls behind; returns once it stands. */
  public void pauseReplay() {
    ask(server, "SELECT pg_wal_replay_pause()");
    Waiting.until(
        PATIENCE,
        () -> this + " to pause its replay",
        () -> ask(server, "SELECT pg_get_wal_replay_pause_state()").equals("paused"));
  }

  /** Replays again. */
  public void resumeReplay() {
    ask(server, "SELECT pg_wal_replay_resume()");
  }

  /**
   * Makes it a primary of its own that can be written; returns once it is one. What it was a
   * replica of goes on too: who wants that to be over kills it first.
   */
  public void promote() {
    if (!ask(server, "SELECT pg_promote(true, %d)".formatted(PATIENCE.toSeconds())).equals("t")) {
      throw new IllegalStateException(
          "%s was not promoted within %d s".formatted(this, PATIENCE.toSeconds()));
    }
  }

  /** Stops it and lets the primary forget it; again and again is harmless. */
  @Override
  public void close() {
    server.close();
    try {
      copy.forget();
    } catch (UncheckedIOException e) {
      // A primary that is down or gone keeps nothing for anybody.
      LOG.debug("The slot of {} stays where it was", this, e);
    }
  }

  private static String ask(PostgresServer server, String sql) {
    try (Connection connection = server.maintenance().getConnection();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      answer.next();
      return String.valueOf(answer.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(
          "%s: %s failed: %s".formatted(server, sql, e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return "replica at %s:%d of %s".formatted(server.host(), server.port(), primary);
  }
}
