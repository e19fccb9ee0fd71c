package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.ClosedLoop;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Hold;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How evenly many threads are served that all want a connection all the time. */
final class Fairness implements Scenario {

  static final Metric RATE = new Metric("borrows", "/s", 0);
  static final Metric JAIN = new Metric("Jain", "", 4);
  static final Metric P50 = new Metric("wait p50", "ms", 1);
  static final Metric P99 = new Metric("wait p99", "ms", 1);
  static final Metric MAX = new Metric("wait max", "ms", 1);
  static final Metric TO_IDEAL = new Metric("p99 / ideal", "", 2);

  private static final int CONNECTIONS = 10;
  private static final Duration HOLD = Duration.ofMillis(1);
  private static final double LEAST_JAIN = 0.99;
  private static final double MOST_TO_IDEAL = 1.3;

  @Override
  public String name() {
    return "fairness";
  }

  @Override
  public String shows() {
    return "virtual threads that all want one of 10 connections all the time, each parked for 1 ms"
        + " while it holds one; ideal = threads x measured mean hold / connections";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, JAIN, P50, P99, MAX, TO_IDEAL, Metric.CPU);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 2, 5));
    var lenders = new Lenders(stage.server(100), CONNECTIONS);
    List<Lender> rivals =
        List.of(
            stage.lender(lenders.weir()),
            stage.lender(lenders.hikari()),
            stage.lender(lenders.semaphore()),
            stage.lender(lenders.agroal(true)),
            stage.lender(lenders.agroal(false)));
    add(stage, rivals, new ClosedLoop.Plan(1_000, pass.millis(50, 500, 1_000), window(pass)));
    if (pass != Pass.TINY) {
      // Each thread needs about ten turns of a second each, or the count itself is uneven.
      add(stage, rivals, new ClosedLoop.Plan(10_000, Duration.ofSeconds(2), turns(pass)));
    }
  }

  private static Duration window(Pass pass) {
    return pass.millis(200, 2_000, 10_000);
  }

  private static Duration turns(Pass pass) {
    return pass.millis(0, 8_000, 20_000);
  }

  private static void add(Stage stage, List<Lender> rivals, ClosedLoop.Plan plan) {
    String variant = String.format(Locale.ROOT, "%,d threads", plan.threads());
    stage.say("%s: warm-up %s, counted %s".formatted(variant, plan.warmUp(), plan.window()));
    for (Lender rival : rivals) {
      stage.add(Trial.of(variant, rival.name(), () -> round(plan, rival)));
    }
  }

  static Figures round(ClosedLoop.Plan plan, Lender rival) throws InterruptedException {
    var outcome = new ClosedLoop(plan, rival, _ -> Hold.park(HOLD)).run();
    double ideal = plan.threads() * outcome.meanHoldMillis() / CONNECTIONS;
    return Figures.none()
        .with(RATE, outcome.perSecond())
        .with(JAIN, outcome.jain())
        .with(P50, outcome.waits().millis(50))
        .with(P99, outcome.waits().millis(99))
        .with(MAX, outcome.waits().maxMillis())
        .with(TO_IDEAL, outcome.waits().millis(99) / ideal)
        .with(Metric.CPU, outcome.cpuMicros());
  }

  @Override
  public List<Verdict> judge(Results results) {
    List<Verdict> verdicts = new ArrayList<>();
    for (String variant : results.variants()) {
      double jain = results.median(variant, Lenders.WEIR, JAIN);
      double toIdeal = results.median(variant, Lenders.WEIR, TO_IDEAL);
      verdicts.add(
          new Verdict(
              "G2",
              "%s: Jain >= %.2f and p99 <= %.1f x ideal"
                  .formatted(variant, LEAST_JAIN, MOST_TO_IDEAL),
              jain >= LEAST_JAIN && toIdeal <= MOST_TO_IDEAL,
              "Jain %.4f, p99 %.2f x ideal".formatted(jain, toIdeal)));
    }
    return verdicts;
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.logarithmic("Longest waits against the ideal (1 is best)", "load", TO_IDEAL),
        Panel.linear("Jain's fairness index (1 is best)", "load", JAIN));
  }
}
