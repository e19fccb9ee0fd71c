package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.ClosedLoop;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.measure.Usage;
import dev.weir.benchmarks.load.rivals.Accounts;
import dev.weir.benchmarks.load.rivals.Bare;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.benchmarks.load.rivals.PgBench;
import dev.weir.benchmarks.load.rivals.VertxClient;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Whether thousands of waiting threads slow down the few that are served. */
final class Throughput implements Scenario {

  static final Metric RATE = new Metric("reads", "/s", 0);

  private static final String VARIANT = "indexed point SELECT";
  private static final String BARE = "pgjdbc, 16 platform threads, no pool";
  private static final String BARE_VIRTUAL = "pgjdbc, 16 virtual threads, no pool";
  private static final String SIMPLE = "pgbench -S -M simple -c 16";
  private static final String PREPARED = "pgbench -S -M prepared -c 16";
  private static final String VERTX = "Vert.x pg client, 5,000 in flight";
  private static final int CONNECTIONS = 16;
  private static final int THREADS = 5_000;
  private static final int ACCOUNTS_EACH = 100_000;
  private static final double LEAST_TO_RIVAL = 0.95;

  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public String shows() {
    return "an account of pgbench's table read by its number, by 5,000 virtual threads over 16"
        + " connections, against as many threads as connections";
  }

  @Override
  public Optional<String> lacks() {
    return PgBench.lacks();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, Metric.CPU);
  }

  private record Times(Duration warmUp, Duration window) {}

  @Override
  public void open(Stage stage, Pass pass) throws IOException {
    stage.rounds(pass.pick(1, 3, 7));
    PostgresServer server = stage.server(150);
    int scale = pass.pick(1, 10, 10);
    stage.say("pgbench -i -s " + scale);
    var pgbench = new PgBench(server);
    pgbench.fill(scale);
    var accounts = new Accounts(scale * ACCOUNTS_EACH);
    var times = new Times(pass.millis(100, 1_000, 2_000), pass.millis(300, 2_000, 10_000));
    stage.say("each counted for %s after %s".formatted(times.window(), times.warmUp()));
    pools(stage, new Lenders(server, CONNECTIONS), accounts, times);
    others(stage, server, accounts, times);
    for (String protocol : List.of("simple", "prepared")) {
      stage.add(
          Trial.of(
              VARIANT,
              protocol.equals("simple") ? SIMPLE : PREPARED,
              () ->
                  Figures.none()
                      .with(
                          RATE,
                          pgbench.selects(protocol, Math.max(1, times.window().toSeconds())))));
    }
  }

  private static void pools(Stage stage, Lenders lenders, Accounts accounts, Times times) {
    var plan = new ClosedLoop.Plan(THREADS, times.warmUp(), times.window());
    for (Lender rival :
        List.of(
            stage.lender(lenders.weir()),
            stage.lender(lenders.hikari()),
            stage.lender(lenders.semaphore()))) {
      stage.add(
          Trial.of(
              VARIANT,
              rival.name(),
              () -> {
                var outcome = new ClosedLoop(plan, rival, accounts::read).run();
                return Figures.none()
                    .with(RATE, outcome.perSecond())
                    .with(Metric.CPU, outcome.cpuMicros());
              }));
    }
  }

  private static void others(Stage stage, PostgresServer server, Accounts accounts, Times times) {
    ThreadFactory ofPlatform = Thread.ofPlatform().factory();
    ThreadFactory ofVirtual = Thread.ofVirtual().factory();
    bare(stage, BARE, new Bare(server, CONNECTIONS, ofPlatform), accounts, times);
    bare(stage, BARE_VIRTUAL, new Bare(server, CONNECTIONS, ofVirtual), accounts, times);
    stage.say(VERTX + ": pool of 16, cachePreparedStatements=true");
    var vertx = stage.keep(new VertxClient(server, CONNECTIONS, accounts));
    stage.add(
        Trial.of(
            VARIANT,
            VERTX,
            () -> timed(times, () -> vertx.perSecond(THREADS, times.warmUp(), times.window()))));
  }

  private static void bare(Stage stage, String name, Bare bare, Accounts accounts, Times times) {
    stage.add(
        Trial.of(
            VARIANT,
            name,
            () ->
                timed(
                    times, () -> bare.perSecond(accounts::read, times.warmUp(), times.window()))));
  }

  private interface Rate {
    double perSecond() throws Exception;
  }

  /** Processor time is that of warm-up and count together, and so are the reads it is shared by. */
  private static Figures timed(Times times, Rate rate) throws Exception {
    Usage before = Usage.now();
    double perSecond = rate.perSecond();
    double seconds = times.warmUp().plus(times.window()).toNanos() / 1e9;
    return Figures.none()
        .with(RATE, perSecond)
        .with(Metric.CPU, Usage.now().since(before).cpuMicros() / (perSecond * seconds));
  }

  @Override
  public List<Verdict> judge(Results results) {
    return List.of(to(results, BARE), to(results, SIMPLE), contention(results));
  }

  private static Verdict contention(Results results) {
    double weir = results.median(VARIANT, Lenders.WEIR, Metric.CPU);
    double semaphore = results.median(VARIANT, Lenders.SEMAPHORE, Metric.CPU);
    return new Verdict(
        "G3",
        "processor time of a read that 5,000 threads want <= HikariCP behind a fair Semaphore",
        weir <= semaphore,
        String.format(Locale.ROOT, "%.1f us to %.1f us", weir, semaphore));
  }

  private static Verdict to(Results results, String rival) {
    double weir = results.median(VARIANT, Lenders.WEIR, RATE);
    double other = results.median(VARIANT, rival, RATE);
    return new Verdict(
        "G4",
        "5,000 virtual threads over 16 connections >= 0.95 x " + rival,
        weir >= LEAST_TO_RIVAL * other,
        String.format(Locale.ROOT, "%,.0f/s to %,.0f/s, %.2f x", weir, other, weir / other));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("Reads a second over 16 connections (more is better)", "load", RATE),
        Panel.linear("Processor time of this JVM for each (less is better)", "load", Metric.CPU));
  }
}
