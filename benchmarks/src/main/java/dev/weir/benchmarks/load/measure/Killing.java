package dev.weir.benchmarks.load.measure;

import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future.State;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * A server is killed and started again under callers who go on, and what becomes of their calls.
 * Immutable; runs one trial at a time.
 *
 * @param server to be killed, which logs connections with {@link #PREFIX}
 * @param callers virtual threads that ask again and again
 * @param calm how long they do so before
 * @param ending how long they are waited for when all is over
 */
public record Killing(PostgresServer server, int callers, Duration calm, Duration ending) {

  /**
   * What the server's log lines begin with: the time in seconds, with three digits after the point.
   */
  public static final String PREFIX = "%n ";

  private static final Duration WARM = Duration.ofSeconds(30);

  /** For a server to be back, crash recovery included. */
  private static final Duration BACK = Duration.ofSeconds(60);

  private static final int LOGIN_SECONDS = 2;
  private static final String QUERY = "select pg_sleep(0.005)";

  /** For how many times the calm the old throughput is waited for. */
  private static final int CALMS = 8;

  private static final int SLICE_MILLIS = 100;
  private static final int SLICES = 3_000;
  private static final Pattern RECEIVED =
      Pattern.compile("(?m)^(\\d+)\\.(\\d{3}) .*connection received");

  /**
   * What it was like.
   *
   * @param failed calls, from the kill on
   * @param firstMillis from when the server accepted to the first call that ended well; NaN if none
   *     did
   * @param fullMillis from then to the first tenth of a second with 90 % of the throughput before;
   *     NaN if that did not come
   * @param connects the most connections that the server saw in one second, from the kill on
   * @param rate calls in a second before the kill
   * @param stuck callers that had not come back from their call when the others had
   */
  public record Outcome(
      double failed,
      double firstMillis,
      double fullMillis,
      double connects,
      double rate,
      double stuck) {}

  /** Who lends a connection for some work. */
  @FunctionalInterface
  public interface Pool {
    /** Runs it. */
    void lend(Work work) throws Exception;
  }

  /** What is done with a connection. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void with(Connection connection) throws Exception;
  }

  /** The longest that a trial may take by its own bounds. */
  public Duration longest() {
    return WARM.plus(BACK.multipliedBy(2)).plus(calm.multipliedBy(2 + CALMS)).plus(ending);
  }

  /**
   * Runs one trial.
   *
   * @throws IllegalStateException if the server does not come back in time
   */
  public Outcome under(Pool pool) throws Exception {
    var run = new Run(pool);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      threads.add(Thread.ofVirtual().start(run::call));
    }
    Outcome outcome;
    try {
      outcome = trial(run);
    } finally {
      run.ended.set(true);
    }
    return new Outcome(
        outcome.failed(),
        outcome.firstMillis(),
        outcome.fullMillis(),
        outcome.connects(),
        outcome.rate(),
        stuck(threads));
  }

  private int stuck(List<Thread> threads) throws InterruptedException {
    long end = System.nanoTime() + ending.toNanos();
    int stuck = 0;
    for (Thread thread : threads) {
      if (!thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
        thread.interrupt();
        stuck++;
      }
    }
    return stuck;
  }

  private Outcome trial(Run run) throws Exception {
    Await.until(WARM, "all is warm", () -> run.done.sum() > 1_000);
    long before = run.done.sum();
    long start = System.nanoTime();
    Hold.park(calm);
    double rate = (run.done.sum() - before) * 1e9 / (System.nanoTime() - start);
    long failed = run.failed.sum();
    long millis = System.currentTimeMillis();
    server.kill();
    run.killed.set(System.nanoTime());
    long accepted = restarted();
    Hold.park(calm);
    double full = run.fullSince(accepted, rate);
    for (long end = System.nanoTime() + calm.multipliedBy(CALMS).toNanos();
        Double.isNaN(full) && System.nanoTime() - end < 0; ) {
      Hold.park(Duration.ofMillis(SLICE_MILLIS));
      full = run.fullSince(accepted, rate);
    }
    return new Outcome(
        run.failed.sum() - failed, run.firstSince(accepted), full, connectsSince(millis), rate, 0);
  }

  /**
   * Starts the server if the trial before has left it dead.
   *
   * @throws IllegalStateException if it does not come back in time
   */
  public void revive() throws Exception {
    try (Connection _ = login()) {
      return;
    } catch (SQLException dead) {
      restarted();
    }
  }

  /** Starts the server and returns when it accepted. */
  private long restarted() throws Exception {
    var restarting = new FutureTask<Long>(server::restart, 0L);
    Thread.ofVirtual().start(restarting);
    long accepted = whenItAccepts(restarting);
    restarting.get(BACK.toNanos(), TimeUnit.NANOSECONDS);
    return accepted;
  }

  private long whenItAccepts(FutureTask<Long> restarting) {
    long end = System.nanoTime() + BACK.toNanos();
    while (true) {
      try (Connection _ = login()) {
        return System.nanoTime();
      } catch (SQLException notYet) {
        if (System.nanoTime() - end > 0 || restarting.state() == State.FAILED) {
          throw new IllegalStateException("The server did not come back after its death.", notYet);
        }
        Hold.park(Duration.ofMillis(1));
      }
    }
  }

  private Connection login() throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", server.user());
    properties.setProperty("password", server.password());
    String seconds = String.valueOf(LOGIN_SECONDS);
    for (String bound : List.of("connectTimeout", "socketTimeout")) {
      properties.setProperty(bound, seconds);
    }
    return DriverManager.getConnection(server.jdbcUrl("postgres"), properties);
  }

  /** But for those of {@link #whenItAccepts}, of which few get as far as a log line. */
  private double connectsSince(long millis) throws IOException {
    Path log = server.directory().resolve("log");
    long[] times =
        RECEIVED
            .matcher(Files.readString(log))
            .results()
            .mapToLong(line -> Long.parseLong(line.group(1) + line.group(2)))
            .filter(time -> time >= millis)
            .sorted()
            .toArray();
    int most = 0;
    for (int first = 0, last = 0; last < times.length; last++) {
      while (times[last] - times[first] > 1_000) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  /** Callers at work. */
  private static final class Run {

    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicIntegerArray slices = new AtomicIntegerArray(SLICES);
    private final AtomicLong killed = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong first = new AtomicLong(Long.MAX_VALUE);
    private final long start = System.nanoTime();
    private final Pool pool;

    Run(Pool pool) {
      this.pool = pool;
    }

    void call() {
      while (!ended.get()) {
        try {
          pool.lend(this::ask);
        } catch (Exception failure) {
          failed.increment();
          Hold.park(Duration.ofMillis(1));
        }
      }
    }

    private void ask(Connection connection) throws SQLException {
      long sent = System.nanoTime();
      try (Statement statement = connection.createStatement()) {
        statement.execute(QUERY);
      }
      long now = System.nanoTime();
      done.increment();
      slices.incrementAndGet(slice(now));
      if (sent - killed.get() > 0) { // an answer from before the kill may be noted late
        first.accumulateAndGet(now, Math::min);
      }
    }

    private int slice(long time) {
      return (int) Math.min(SLICES - 1, (time - start) / 1_000_000 / SLICE_MILLIS);
    }

    /** In milliseconds; less than nothing if a caller was quicker than who looked. */
    double firstSince(long accepted) {
      long found = first.get();
      return found == Long.MAX_VALUE ? Double.NaN : (found - accepted) / 1e6;
    }

    double fullSince(long accepted, double rate) {
      double wanted = 0.9 * rate * SLICE_MILLIS / 1_000;
      for (int i = slice(accepted) + 1; i < slice(System.nanoTime()); i++) {
        if (slices.get(i) >= wanted) {
          return (i - slice(accepted)) * (double) SLICE_MILLIS;
        }
      }
      return Double.NaN;
    }
  }
}
