package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Hold;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Neighbours;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.benchmarks.load.rivals.Shared;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether a lane that asks for everything harms one that asks for little. */
final class Lanes implements Scenario {

  static final Metric P50 = new Metric("quiet p50", "ms", 2);
  static final Metric P99 = new Metric("quiet p99", "ms", 2);
  static final Metric MAX = new Metric("quiet max", "ms", 1);
  static final Metric HOG = new Metric("hog", "/s", 0);
  static final Metric PROBES = new Metric("probes in time", "%", 1);

  private static final String PARKED = "parked 5 ms";
  private static final String SQL = "real SQL";
  private static final String ALONE = ", alone";
  private static final String BESIDE = ", beside the hog";
  private static final int CONNECTIONS = 10;
  private static final int QUIET_CALLERS = 4;
  private static final int TIMES = 50;
  private static final double MOST_TO_ALONE = 2;

  @Override
  public String name() {
    return "lanes";
  }

  @Override
  public String shows() {
    return "4 quiet callers that pause 20 ms in the mean between calls, alone and beside 200 callers"
        + " of lane batch that never pause (50 times as many); a probe every 20 ms that must be"
        + " served within 50 ms; 10 connections in all";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(P50, P99, MAX, HOG, PROBES, Metric.CPU);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 3, 7));
    var lenders = new Lenders(stage.server(100), CONNECTIONS);
    List<Shared> rivals =
        List.of(
            stage.keep(Shared.weir(lenders)),
            stage.keep(Shared.staticPools(lenders)),
            stage.keep(Shared.onePool(lenders)));
    rivals.forEach(rival -> stage.say(rival.name() + ": " + rival.settings()));
    add(stage, pass, rivals, new Load(PARKED, _ -> Hold.park(Duration.ofMillis(5))));
    if (pass != Pass.TINY) {
      add(stage, pass, rivals, new Load(SQL, Lanes::count));
    }
  }

  private record Load(String name, Lender.Work work) {}

  private static void add(Stage stage, Pass pass, List<Shared> rivals, Load load) {
    for (int hogs : List.of(0, QUIET_CALLERS * TIMES)) {
      var plan =
          new Neighbours.Plan(
              QUIET_CALLERS, hogs, pass.millis(100, 500, 1_000), pass.millis(300, 2_000, 10_000));
      for (Shared rival : rivals) {
        stage.add(
            Trial.of(
                load.name() + (hogs == 0 ? ALONE : BESIDE),
                rival.name(),
                () -> round(plan, rival, load)));
      }
    }
  }

  private static Figures round(Neighbours.Plan plan, Shared rival, Load load)
      throws InterruptedException {
    var outcome = new Neighbours(plan, rival.roles(), load.work()).run();
    return Figures.none()
        .with(P50, outcome.quiet().millis(50))
        .with(P99, outcome.quiet().millis(99))
        .with(MAX, outcome.quiet().maxMillis())
        .with(HOG, plan.hogs() == 0 ? Double.NaN : outcome.hogPerSecond())
        .with(PROBES, outcome.probesInTimePercent())
        .with(Metric.CPU, outcome.cpuMicros());
  }

  /** About a millisecond of a processor. */
  private static void count(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT count(*) FROM generate_series(1, 10000)")) {
      statement.execute();
    }
  }

  @Override
  public List<Verdict> judge(Results results) {
    List<Verdict> verdicts = new ArrayList<>();
    verdicts.add(toAlone(results));
    if (results.variants().contains(SQL + BESIDE)) {
      verdicts.add(toStatic(results));
    }
    double probes = results.median(PARKED + BESIDE, Lenders.WEIR, PROBES);
    verdicts.add(
        new Verdict(
            "G1",
            "every probe of lane admin served within its 50 ms at full saturation",
            probes >= 100,
            String.format(Locale.ROOT, "%.1f %%", probes)));
    return verdicts;
  }

  private static Verdict toAlone(Results results) {
    double alone = results.median(PARKED + ALONE, Lenders.WEIR, P99);
    double beside = results.median(PARKED + BESIDE, Lenders.WEIR, P99);
    return new Verdict(
        "G1",
        "parked: p99 of the quiet lane beside the hog <= 2 x its p99 alone",
        beside <= MOST_TO_ALONE * alone,
        String.format(Locale.ROOT, "%.1f ms to %.1f ms, %.2f x", beside, alone, beside / alone));
  }

  private static Verdict toStatic(Results results) {
    double weir = results.median(SQL + BESIDE, Lenders.WEIR, P99);
    double apart = results.median(SQL + BESIDE, Shared.STATIC_POOLS, P99);
    return new Verdict(
        "G1",
        "real SQL: p99 of the quiet lane beside the hog no worse than on a static pool of its own",
        weir <= apart,
        String.format(Locale.ROOT, "%.1f ms to %.1f ms, %.2f x", weir, apart, weir / apart));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.logarithmic("p99 of the quiet callers, wait and work (less is better)", "load", P99),
        Panel.linear("Throughput left to the hog (more is better)", "load", HOG),
        Panel.linear("Probes served within their 50 ms (100 is best)", "load", PROBES));
  }
}
