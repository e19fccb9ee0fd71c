package dev.weir.benchmarks.load.measure;

import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.rivals.Nodes;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long after its deadline a call ends whose statement would run far longer. A call that nothing
 * ends is ended by the harness, on the server, and after some of them in a row the rest is spared.
 */
public final class DeadlineTries {

  private static final String MARK = "/* outlives its deadline */";
  private static final int ENOUGH = 3;
  private static final Duration TO_NOTICE = Duration.ofMillis(50);

  private final PostgresServer server;
  private final Plan plan;

  /**
   * How it runs.
   *
   * @param tries how many
   * @param atOnce how many of them at the same time
   * @param budget the deadline of each
   * @param patience how long after its start the harness ends a call
   */
  public record Plan(int tries, int atOnce, Duration budget, Duration patience) {}

  /**
   * What came out.
   *
   * @param late time of each call beyond its deadline, in milliseconds
   * @param ended how many ended before the harness had to
   * @param leftRunning statements that still ran on the server 50 ms after their call had ended
   */
  public record Outcome(List<Double> late, int ended, int leftRunning) {

    /** A percentile of the lateness, in milliseconds. */
    public double lateMillis(double percent) {
      return Statistics.percentile(late, percent);
    }

    /** The share of calls that ended before the harness had to. */
    public double cutPercent() {
      return 100.0 * ended / late.size();
    }
  }

  /** A call under its deadline. */
  @FunctionalInterface
  public interface Call {
    /** Runs it. */
    void run() throws Exception;
  }

  /** Not run yet. */
  public DeadlineTries(Nodes nodes, Plan plan) {
    this.server = nodes.healthy();
    this.plan = plan;
  }

  /** Sleeps ten seconds on the server, under a timeout of the driver's unless that is zero. */
  public static void sleep(Connection connection, int timeoutSeconds) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(timeoutSeconds);
      statement.execute("SELECT pg_sleep(10) " + MARK);
    }
  }

  /** Runs all of them. */
  public Outcome run(Call call) throws Exception {
    List<Double> late = new ArrayList<>();
    int ended = 0;
    int left = 0;
    try (Connection monitor =
        DriverManager.getConnection(
            server.jdbcUrl(Connections.DATABASE), server.user(), server.password())) {
      while (late.size() < plan.tries() && (ended > 0 || late.size() < ENOUGH)) {
        for (One one : batch(call)) {
          boolean byItself = one.waited(plan.patience());
          if (!byItself) {
            count(monitor, "count(pg_cancel_backend(pid))");
            one.thread().join();
          }
          ended += byItself ? 1 : 0;
          late.add(Math.max(0, one.nanos() / 1e6 - plan.budget().toMillis()));
        }
        left += leftRunning(monitor);
      }
    }
    return new Outcome(late, ended, left);
  }

  /** A cancelled statement needs a moment to notice. */
  private static int leftRunning(Connection monitor) throws SQLException {
    long until = System.nanoTime() + TO_NOTICE.toNanos();
    int left = count(monitor, "count(*)");
    while (left > 0 && System.nanoTime() < until) {
      Hold.park(Duration.ofMillis(1));
      left = count(monitor, "count(*)");
    }
    return left;
  }

  private List<One> batch(Call call) {
    List<One> batch = new ArrayList<>();
    for (int i = 0; i < plan.atOnce(); i++) {
      batch.add(One.start(call));
    }
    return batch;
  }

  private record One(Thread thread, long start, AtomicLong end) {

    static One start(Call call) {
      long start = System.nanoTime();
      var end = new AtomicLong();
      Thread thread =
          Thread.startVirtualThread(
              () -> {
                try {
                  call.run();
                } catch (Exception _) {
                  // However it ends: what counts is when.
                } finally {
                  end.set(System.nanoTime());
                }
              });
      return new One(thread, start, end);
    }

    boolean waited(Duration patience) throws InterruptedException {
      long left = start + patience.toNanos() - System.nanoTime();
      return thread.join(Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), left)));
    }

    long nanos() {
      return end.get() - start;
    }
  }

  private static int count(Connection monitor, String what) throws SQLException {
    try (PreparedStatement statement =
            monitor.prepareStatement(
                "SELECT "
                    + what
                    + " FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                    + " AND query LIKE '%pg_sleep(10) "
                    + MARK
                    + "%'");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }
}
