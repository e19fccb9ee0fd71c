package dev.weir.pool.signal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** The connection that listens, while it lives. For one thread; another may cut it. */
final class Ear {

  /** How long it listens before it looks whether somebody has come or gone. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** A line on which nothing is heard is asked so often whether it lives. */
  private static final Duration ASK = Duration.ofSeconds(2);

  private static final int ANSWER_MS = 2_000;

  private final Connection connection;
  private final PGConnection far;
  private final Set<String> heard = new HashSet<>();
  private long askedAt = System.nanoTime();

  Ear(Connection connection) throws SQLException {
    this.connection = connection;
    this.far = connection.unwrap(PGConnection.class);
    connection.setNetworkTimeout(Runnable::run, ANSWER_MS);
    connection.setAutoCommit(true);
    execute("SET application_name = 'weir signals'");
  }

  /**
   * Hears these channels and no others.
   *
   * @return the channels it hears now
   */
  Set<String> tune(Set<String> wanted) throws SQLException {
    for (String channel : wanted) {
      if (heard.add(channel)) {
        execute("LISTEN " + far.escapeIdentifier(channel));
      }
    }
    for (String channel : Set.copyOf(heard)) {
      if (!wanted.contains(channel)) {
        execute("UNLISTEN " + far.escapeIdentifier(channel));
        heard.remove(channel);
      }
    }
    return Set.copyOf(heard);
  }

  /** What was said meanwhile, or a moment later; empty if nothing was. */
  PGNotification[] listen() throws SQLException {
    PGNotification[] said = far.getNotifications(Math.toIntExact(LOOK.toMillis()));
    if (said == null || said.length == 0) {
      ask();
      return new PGNotification[0];
    }
    askedAt = System.nanoTime();
    return said;
  }

  private void ask() throws SQLException {
    long now = System.nanoTime();
    if (now - askedAt > ASK.toNanos()) {
      askedAt = now;
      execute("");
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Where it comes from, and goes when it is over. */
  interface Source {

    /**
     * A connection of its own, outside the gate.
     *
     * @throws SQLException if none can be had now
     */
    Connection open() throws SQLException;

    /** It is of no use any more. Called by any thread, even while it is used. */
    void close(Connection connection);
  }
}
