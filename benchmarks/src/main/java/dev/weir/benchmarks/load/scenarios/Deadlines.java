package dev.weir.benchmarks.load.scenarios;

import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.measure.DeadlineTries;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Hold;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.benchmarks.load.rivals.Nodes;
import dev.weir.benchmarks.load.rivals.Victims;
import dev.weir.gate.Deadline;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Whether a deadline ends a call on time, beside a node that has fallen silent. */
final class Deadlines implements Scenario {

  static final Metric P50 = new Metric("late p50", "ms", 1);
  static final Metric P95 = new Metric("late p95", "ms", 1);
  static final Metric MAX = new Metric("late max", "ms", 1);
  static final Metric TRIES = new Metric("tries", "", 0);
  static final Metric CUT = new Metric("cut in time", "%", 1);
  static final Metric LEFT = new Metric("still running on the server", "", 0);

  private static final String HEALTHY = "both nodes healthy";
  private static final String SILENT = "other node silent";
  private static final String TIMEOUT = "HikariCP, setQueryTimeout(1)";
  private static final int CONNECTIONS = 10;
  private static final Duration BUDGET = Duration.ofMillis(100);
  private static final double MOST_LATE_MS = 30;

  @Override
  public String name() {
    return "deadline";
  }

  @Override
  public String shows() {
    return "SELECT pg_sleep(10) three calls deep under a deadline of 100 ms, while calls to another"
        + " node are answered or fall into a black hole; late = from the deadline to the end of the"
        + " call, cut off by the harness after 2 s (Weir) or 12 s (setQueryTimeout)";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(P50, P95, MAX, TRIES, CUT, LEFT);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 1, 3));
    PostgresServer healthy = stage.server(100);
    PostgresServer other = pass == Pass.TINY ? healthy : stage.server(100);
    Nodes nodes = stage.keep(Nodes.start(healthy, other));
    stage.say("The other node: a second Weir, or HikariCP, behind a proxy that drops everything");
    weir(stage, pass, nodes);
    if (pass != Pass.TINY) {
      timeout(stage, nodes);
    }
  }

  private static void weir(Stage stage, Pass pass, Nodes nodes) {
    stage.say("Weir: Deadline.within(100ms, () -> a(() -> b(() -> c(SELECT pg_sleep(10)))))");
    Weir weir = stage.keep(Weir.start(Connections.weir(nodes.healthy(), CONNECTIONS)));
    var tries =
        new DeadlineTries(
            nodes,
            new DeadlineTries.Plan(
                pass.pick(2, 200, 200), 1, BUDGET, pass.millis(300, 2_000, 2_000)));
    Duration until = pass.millis(300, 1_000, 1_000);
    for (boolean silent : List.of(false, true)) {
      stage.add(
          Trial.of(
              silent ? SILENT : HEALTHY,
              Lenders.WEIR,
              () -> {
                var victims = Victims.weir(nodes);
                return beside(
                    victims, silent ? until : Duration.ZERO, () -> tries.run(nested(weir)));
              }));
    }
  }

  /** The driver counts its timeouts in seconds, and each cancel may take it ten of them. */
  private static void timeout(Stage stage, Nodes nodes) {
    Lender hikari = stage.lender(new Lenders(nodes.healthy(), CONNECTIONS).hikari());
    var tries =
        new DeadlineTries(
            nodes, new DeadlineTries.Plan(10, 10, Duration.ofSeconds(1), Duration.ofSeconds(12)));
    Duration until = Duration.ofSeconds(2);
    for (boolean silent : List.of(false, true)) {
      stage.add(
          Trial.of(
              silent ? SILENT : HEALTHY,
              TIMEOUT,
              () -> {
                var victims = Victims.hikari(nodes);
                return beside(
                    victims,
                    silent ? until : Duration.ZERO,
                    () -> tries.run(() -> hikari.lend(c -> DeadlineTries.sleep(c, 1))));
              }));
    }
  }

  private static DeadlineTries.Call nested(Weir weir) {
    return () ->
        Deadline.useWithin(
            BUDGET,
            () -> first(() -> second(() -> weir.connections().useSession(Deadlines::sleep))));
  }

  private static void sleep(Connection connection) throws Exception {
    DeadlineTries.sleep(connection, 0);
  }

  private static void first(DeadlineTries.Call inner) throws Exception {
    inner.run();
  }

  private static void second(DeadlineTries.Call inner) throws Exception {
    inner.run();
  }

  private interface Tries {
    DeadlineTries.Outcome run() throws Exception;
  }

  /**
   * While the other node answers, or has been silent for so long that timeouts have struck there.
   */
  private static Figures beside(Victims victims, Duration silence, Tries tries) throws Exception {
    try (victims) {
      if (silence.isPositive()) {
        victims.silence();
        Hold.park(silence);
      }
      return figures(tries.run());
    }
  }

  private static Figures figures(DeadlineTries.Outcome outcome) {
    return Figures.none()
        .with(P50, outcome.lateMillis(50))
        .with(P95, outcome.lateMillis(95))
        .with(MAX, outcome.lateMillis(100))
        .with(TRIES, outcome.late().size())
        .with(CUT, outcome.cutPercent())
        .with(LEFT, outcome.leftRunning());
  }

  @Override
  public List<Verdict> judge(Results results) {
    return results.variants().stream().map(variant -> verdict(results, variant)).toList();
  }

  private static Verdict verdict(Results results, String variant) {
    double late = results.median(variant, Lenders.WEIR, P95);
    double left = results.median(variant, Lenders.WEIR, LEFT);
    return new Verdict(
        "G9",
        variant
            + ": a 100 ms deadline over 3 nested calls ends within 130 ms at p95, and no backend runs on",
        late <= MOST_LATE_MS && left == 0,
        String.format(
            Locale.ROOT, "p95 %.0f ms, %.0f still running", BUDGET.toMillis() + late, left));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.logarithmic(
            "How late a deadline ends a statement of 10 s (less is better; Weir's is ended by the"
                + " harness after 2 s)",
            "load",
            P95));
  }
}
