package dev.weir.benchmarks.load.measure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions each of some logins has, by the server's own word, looked at again and again on
 * a thread of its own until it is closed. Safe for use by many threads.
 */
public final class Backends implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int ANSWER_MILLIS = 5_000;
  private static final String COUNT =
      "SELECT usename, count(*) FROM pg_stat_activity WHERE usename = ANY (?) GROUP BY usename";

  private final Connection connection;
  private final List<String> logins;
  private final List<Look> looks = new CopyOnWriteArrayList<>();
  private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
  private volatile @Nullable SQLException failure;
  private volatile boolean over;

  /**
   * One look.
   *
   * @param nanos when, by {@link System#nanoTime}
   * @param sessions by login; those without any are left out
   */
  public record Look(long nanos, Map<String, Integer> sessions) {

    /** Copies the map. */
    public Look {
      sessions = Map.copyOf(sessions);
    }

    /** Of that login. */
    public int of(String login) {
      return sessions.getOrDefault(login, 0);
    }

    /** Of all together. */
    public int sum() {
      return sessions.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  private Backends(Connection connection, List<String> logins) {
    this.connection = connection;
    this.logins = List.copyOf(logins);
  }

  /** Begins to look over that connection, which is closed with this. */
  public static Backends watch(Connection connection, List<String> logins) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
    var backends = new Backends(connection, logins);
    backends.looks.add(backends.look());
    backends.thread.execute(backends::again);
    return backends;
  }

  private void again() {
    try {
      while (!over) {
        looks.add(look());
        Hold.park(PAUSE);
      }
    } catch (SQLException broken) {
      failure = broken;
    }
  }

  private Look look() throws SQLException {
    Map<String, Integer> sessions = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
      statement.setArray(1, connection.createArrayOf("name", logins.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          sessions.put(rows.getString(1), rows.getInt(2));
        }
      }
    }
    return new Look(System.nanoTime(), sessions);
  }

  /**
   * The last look.
   *
   * @throws IllegalStateException if the server cannot be asked any more
   */
  public Look last() {
    if (failure != null) {
      throw new IllegalStateException("The server's sessions cannot be seen", failure);
    }
    return looks.getLast();
  }

  /** The most sessions of all together that were seen. */
  public int most() {
    return looks.stream().mapToInt(Look::sum).max().orElseThrow();
  }

  /** Seconds from that moment to the first look later on of which this is true; NaN if none is. */
  public double secondsUntil(long since, Predicate<Look> wanted) {
    return looks.stream()
        .filter(look -> look.nanos() - since > 0 && wanted.test(look))
        .findFirst()
        .map(look -> (look.nanos() - since) / 1e9)
        .orElse(Double.NaN);
  }

  @Override
  public void close() throws SQLException {
    over = true;
    thread.close();
    connection.close();
  }
}
