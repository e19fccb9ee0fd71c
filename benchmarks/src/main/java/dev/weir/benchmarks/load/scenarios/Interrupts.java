package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.InterruptTries;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What an interrupt costs: the call, or the connection too. */
final class Interrupts implements Scenario {

  static final Metric TRIES = new Metric("interrupts", "", 0);
  static final Metric HELD = new Metric("with a connection", "", 0);
  static final Metric SURVIVED = new Metric("connections survived", "%", 1);
  static final Metric P99 = new Metric("call ended p99", "ms", 1);
  static final Metric MAX = new Metric("call ended max", "ms", 1);
  static final Metric FLAG = new Metric("flag set", "%", 1);
  static final Metric IDLE = new Metric("backend idle after", "%", 1);
  static final Metric SAME = new Metric("same backend next", "%", 1);
  static final Metric STRAY = new Metric("stray cancels", "", 0);
  static final Metric OTHER = new Metric("other failures after", "", 0);

  private static final String VARIANT = "random phases";
  private static final int CONNECTIONS = 10;
  private static final double LEAST_SURVIVED = 99;
  private static final double MOST_MS = 100;

  @Override
  public String name() {
    return "interrupt";
  }

  @Override
  public String shows() {
    return "virtual threads interrupted at random moments of SELECT 1, pg_sleep(0.01 to 0.2) and"
        + " short transactions over 10 connections; each is followed at once by another statement,"
        + " which must not meet a stray cancel";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(TRIES, HELD, SURVIVED, P99, MAX, FLAG, IDLE, SAME, STRAY, OTHER);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 1, 1));
    PostgresServer server = stage.server(100);
    var lenders = new Lenders(server, CONNECTIONS);
    int interrupts = pass.pick(30, 1_000, 10_000);
    Duration longest = pass.millis(20_000, 25_000, 1_200_000);
    stage.say("%,d interrupts, or as many as fit into %s".formatted(interrupts, longest));
    for (Lender rival : List.of(stage.lender(lenders.weir()), stage.lender(lenders.hikari()))) {
      stage.add(
          Trial.of(
              VARIANT,
              rival.name(),
              () ->
                  figures(
                      new InterruptTries(server, rival, CONNECTIONS).run(interrupts, longest))));
    }
  }

  private static Figures figures(InterruptTries.Outcome outcome) {
    double all = outcome.interrupts();
    return Figures.none()
        .with(TRIES, all)
        .with(HELD, outcome.held())
        .with(SURVIVED, 100 * (1 - (double) outcome.lost() / outcome.held()))
        .with(P99, outcome.ended().millis(99))
        .with(MAX, outcome.ended().maxMillis())
        .with(FLAG, 100 * outcome.flagSet() / all)
        .with(IDLE, 100 * outcome.idleAfter() / all)
        .with(SAME, 100 * outcome.sameBackend() / all)
        .with(STRAY, outcome.strayCancels())
        .with(OTHER, outcome.otherFailures());
  }

  @Override
  public List<Verdict> judge(Results results) {
    double survived = results.median(VARIANT, Lenders.WEIR, SURVIVED);
    double max = results.median(VARIANT, Lenders.WEIR, MAX);
    double flag = results.median(VARIANT, Lenders.WEIR, FLAG);
    double idle = results.median(VARIANT, Lenders.WEIR, IDLE);
    double stray = results.median(VARIANT, Lenders.WEIR, STRAY);
    return List.of(
        new Verdict(
            "G10",
            "of the interrupts >= 99 % cost no connection; every call ends within 100 ms with the"
                + " flag set and its backend idle; no stray cancel",
            survived >= LEAST_SURVIVED
                && max <= MOST_MS
                && flag >= 100
                && idle >= 100
                && stray == 0,
            String.format(
                Locale.ROOT,
                "%.1f %% survived, max %.1f ms, flag %.1f %%, idle %.1f %%, %.0f stray",
                survived,
                max,
                flag,
                idle,
                stray)));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("Interrupts that cost no connection (100 is best)", "load", SURVIVED),
        Panel.linear(
            "From the interrupt to the end of the call, p99 (less is better)", "load", P99));
  }
}
