package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Killing;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.testkit.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What a server costs that is killed under load and started again. */
final class Recovery implements Scenario {

  static final Metric FAILED = new Metric("failed", "calls", 0);
  static final Metric FIRST = new Metric("first success after it accepts", "ms", 0);
  static final Metric FULL = new Metric("90 % of its throughput again", "ms", 0);
  static final Metric CONNECTS = new Metric("connects in the worst second", "", 0);
  static final Metric RATE = new Metric("before", "calls/s", 0);

  static final Metric STUCK = new Metric("callers that never came back", "", 0);

  private static final int CONNECTIONS = 50;

  /** All rivals let a caller wait for a minute. */
  private static final Duration ENDING = Duration.ofSeconds(70);

  private static final Duration TO_OPEN_AND_CLOSE = Duration.ofSeconds(60);

  /** A burst of 32, and a hundred in a second. */
  private static final int CAP = 132;

  private static final String VARIANT = "kill -9 and restart";

  @Override
  public String name() {
    return "recovery";
  }

  @Override
  public String shows() {
    return "kill -9 and restart of PostgreSQL under 50 connections, with 5,000 virtual threads in the"
        + " long pass who each run a query of 5 ms again and again, once: how many calls fail,"
        + " how soon after the server accepts the first succeeds, when 90 % of the throughput is"
        + " there again, and how many connections the server sees in its worst second";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(FAILED, FIRST, FULL, CONNECTS, RATE, STUCK);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 3, 5));
    int callers = pass.pick(100, 2_000, 5_000);
    Duration calm = pass.millis(500, 3_000, 5_000);
    PostgresServer server = server(stage);
    stage.say(
        "%d callers, %s before the kill; each rival is opened for its trial alone"
            .formatted(callers, calm));
    var lenders = new Lenders(server, CONNECTIONS);
    var killing = new Killing(server, callers, calm, ENDING);
    stage.say("A rival has %s at most; what did not happen is told".formatted(longest(killing)));
    add(stage, Lenders.WEIR, killing, lenders::weir);
    add(stage, Lenders.HIKARI, killing, lenders::hikari);
    add(stage, "Agroal", killing, () -> lenders.agroal(true));
  }

  private static Duration longest(Killing killing) {
    return killing.longest().plus(TO_OPEN_AND_CLOSE);
  }

  private static PostgresServer server(Stage stage) {
    stage.say(
        "Server: embedded PostgreSQL 18, max_connections=200, fsync=off, log_connections=on, which"
            + " is where connects are counted; on this machine, over TCP");
    return stage.keep(
        PostgresServer.builder()
            .setting("log_connections", "receipt")
            .setting("log_line_prefix", Killing.PREFIX)
            .start());
  }

  private static void add(Stage stage, String rival, Killing killing, Supplier<Lender> opens) {
    stage.add(
        Spared.trial(
            VARIANT,
            rival,
            longest(killing),
            () -> {
              killing.revive();
              try (Lender lender = opens.get()) {
                Killing.Outcome outcome = killing.under(work -> lender.lend(work::with));
                missing(outcome).forEach(what -> Spared.tell(rival, what));
                return figures(outcome);
              }
            }));
  }

  /** What did not happen. */
  static List<String> missing(Killing.Outcome outcome) {
    List<String> missing = new ArrayList<>();
    if (Double.isNaN(outcome.firstMillis())) {
      missing.add("served no call after the server was back");
    } else if (Double.isNaN(outcome.fullMillis())) {
      missing.add("did not come to 90 % of its throughput again");
    }
    if (outcome.stuck() > 0) {
      missing.add("kept %.0f callers in their calls, left behind".formatted(outcome.stuck()));
    }
    return missing;
  }

  private static Figures figures(Killing.Outcome outcome) {
    return Figures.none()
        .with(STUCK, outcome.stuck())
        .with(FAILED, outcome.failed())
        .with(FIRST, outcome.firstMillis())
        .with(FULL, outcome.fullMillis())
        .with(CONNECTS, outcome.connects())
        .with(RATE, outcome.rate());
  }

  @Override
  public List<Verdict> judge(Results results) {
    double failed = results.median(VARIANT, Lenders.WEIR, FAILED);
    double first = results.median(VARIANT, Lenders.WEIR, FIRST);
    double connects = results.median(VARIANT, Lenders.WEIR, CONNECTS);
    return List.of(
        new Verdict(
            "G8",
            "no more calls fail than connections were in use",
            isKept(results, FAILED) && failed <= CONNECTIONS,
            beside(results, FAILED, failed)),
        new Verdict(
            "G8",
            "first success < 300 ms after the server accepts",
            isKept(results, FIRST) && first < 300,
            beside(results, FIRST, first)),
        new Verdict(
            "G8",
            "connects in a second under the cap of " + CAP,
            isKept(results, CONNECTS) && connects <= CAP,
            beside(results, CONNECTS, connects)));
  }

  /** A round that gave no figure keeps no promise. */
  private static boolean isKept(Results results, Metric metric) {
    return results.isWhole(VARIANT, Lenders.WEIR, metric);
  }

  private static String beside(Results results, Metric metric, double weir) {
    return String.format(
        Locale.ROOT,
        "%s %s; HikariCP %s, Agroal %s",
        metric.show(weir),
        metric.unit(),
        metric.show(results.median(VARIANT, Lenders.HIKARI, metric)),
        metric.show(results.median(VARIANT, "Agroal", metric)));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.logarithmic("Calls that fail (less is better)", "server", FAILED),
        Panel.logarithmic("First success after the server accepts", "server", FIRST),
        Panel.logarithmic("90 % of the throughput again", "server", FULL),
        Panel.linear("Connects in the worst second", "server", CONNECTS));
  }
}
