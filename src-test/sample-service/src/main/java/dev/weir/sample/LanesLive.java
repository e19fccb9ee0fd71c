package dev.weir.sample;

import dev.weir.Weir;
import dev.weir.config.WeirConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.LaneSnapshot;
import dev.weir.pool.Access;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Lanes under a hog, live: people call through 'interactive', then a crowd comes through 'batch'
 * that could keep fifty times the connections busy, and every second shows what becomes of whom.
 */
final class LanesLive {

  private static final int PEOPLE = 4;

  /** Connections kept for people: as many as come at once. */
  private static final int RESERVED = PEOPLE;

  private static final int HOG_FACTOR = 50;
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration CHECK = Duration.ofMillis(500);

  private final Settings settings;
  private final Screen screen;
  private final ConcurrentHistogram micros = new ConcurrentHistogram(3);
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile boolean over;

  LanesLive(Settings settings, Screen screen) {
    this.settings = settings;
    this.screen = screen;
  }

  /** What one phase showed. */
  record Phase(double p50, double p99, long calls) {}

  /**
   * Runs it on a Weir of its own.
   *
   * @throws IllegalStateException if a caller failed
   */
  void run(Servers servers) throws Exception {
    WeirConfig config = servers.config();
    int size = Math.max(settings.connections(), RESERVED + 2);
    config =
        config
            .pool(config.pool().max(size).min(size).maxWait(Settings.LONGEST_WAIT))
            .lane("interactive", config.lane("interactive").reserved(RESERVED));
    screen.say(
        String.format(
            Locale.ROOT,
            "Lanes under a hog, live: %d people in 'interactive' (which keeps %d of %d connections),"
                + " then %,d callers of 20 ms each in 'batch'",
            PEOPLE,
            RESERVED,
            size,
            HOG_FACTOR * size));
    try (Weir weir = Weir.start(config)) {
      show(weir, size);
    }
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a caller of the lanes failed", failed);
    }
  }

  private void show(Weir weir, int size) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < PEOPLE; i++) {
      threads.add(Thread.ofVirtual().start(() -> people(weir)));
    }
    seconds(weir, "warming up", 1);
    Phase alone = seconds(weir, "alone", seconds());
    for (int i = 0; i < HOG_FACTOR * size; i++) {
      threads.add(Thread.ofVirtual().start(() -> hog(weir)));
    }
    seconds(weir, "the hog comes", 1);
    Phase beside = seconds(weir, "beside the hog", seconds());
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    screen.say(
        String.format(
            Locale.ROOT,
            "  People alone: p50 %.1f ms, p99 %.1f ms, %,d calls. Beside the hog: p50 %.1f ms,"
                + " p99 %.1f ms, %,d calls.%n",
            alone.p50(),
            alone.p99(),
            alone.calls(),
            beside.p50(),
            beside.p99(),
            beside.calls()));
  }

  private int seconds() {
    return (int) Math.max(1, settings.turn().toSeconds() / 2);
  }

  private Phase seconds(Weir weir, String what, int seconds) throws InterruptedException {
    micros.reset();
    for (int second = 1; second <= seconds; second++) {
      TimeUnit.SECONDS.sleep(1);
      screen.say("  %-15s %s".formatted(what, line(weir)));
    }
    return new Phase(
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getTotalCount());
  }

  private String line(Weir weir) {
    var lanes = new StringBuilder();
    for (LaneSnapshot lane : weir.connections().snapshot().gate().lanes()) {
      if (lane.name().equals("interactive") || lane.name().equals("batch")) {
        lanes.append(
            "%s %d in use, %d waiting   ".formatted(lane.name(), lane.inUse(), lane.queued()));
      }
    }
    return String.format(
        Locale.ROOT,
        "%speople's p99 %.1f ms   admin %s",
        lanes,
        micros.getValueAtPercentile(99) / 1e3,
        probe(weir));
  }

  /** What an operator meets with now. */
  private static String probe(Weir weir) {
    long start = System.nanoTime();
    try {
      weir.connections()
          .useSession(Access.readWrite().lane("admin").deadline(CHECK), c -> ask(c, "SELECT 1"));
      return String.format(Locale.ROOT, "in after %.1f ms", (System.nanoTime() - start) / 1e6);
    } catch (SQLException | AdmissionRejectedException refused) {
      return "refused: " + refused.getMessage();
    }
  }

  private void people(Weir weir) {
    until(
        () -> {
          long start = System.nanoTime();
          weir.connections().useSession(c -> ask(c, "SELECT count(*) FROM pg_class"));
          micros.recordValue((System.nanoTime() - start) / 1_000);
          Thread.sleep(PAUSE);
        });
  }

  private void hog(Weir weir) {
    until(
        () ->
            weir.connections()
                .useSession(
                    Access.readWrite().lane("batch"), c -> ask(c, "SELECT pg_sleep(0.02)")));
  }

  private void until(Side.Job job) {
    try {
      while (!over) {
        job.run();
      }
    } catch (Exception failed) {
      failure.compareAndSet(null, failed);
    }
  }

  private static void ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
