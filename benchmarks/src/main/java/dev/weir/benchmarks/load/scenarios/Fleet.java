package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.rivals.FleetJvm;
import dev.weir.benchmarks.load.rivals.FleetMember;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.testkit.PostgresServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Three JVMs that share a server with fewer connections than they may have together. */
final class Fleet implements Scenario {

  static final Metric CALLS = new Metric("calls done", "", 0);
  static final Metric FAILED = new Metric("calls failed", "", 0);
  static final Metric SEEN = new Metric("calls the server saw", "", 0);
  static final Metric REFUSED = new Metric("logins refused (53300)", "", 0);
  static final Metric MOST = new Metric("sessions at most", "", 0);
  static final Metric JOINED = new Metric("the third has a third after", "s", 1);
  static final Metric TAKEN = new Metric("the dead one's share is taken after", "s", 1);

  static final Part ALONE = new Part("alone", FleetRun.ONE);
  static final String VARIANT = "three JVMs, 60 connections";

  private static final int CONNECTIONS = 60;
  private static final int SUPERUSERS = 3;
  private static final int SIZE = 30;
  private static final int CALLERS = 60;
  private static final List<String> RIVALS = List.of(Lenders.WEIR, Lenders.HIKARI);

  /**
   * One JVM in one phase.
   *
   * @param phase who is there besides
   * @param name of the JVM
   */
  record Part(String phase, String name) {

    /** What it has when the phase ends. */
    Metric sessions() {
      return new Metric(phase + ", " + name, "sessions", 0);
    }

    /** What it did from the phase's beginning to its end. */
    Metric calls() {
      return new Metric(phase + ", " + name, "calls", 0);
    }
  }

  /** Of a JVM from when the first is no longer alone until it dies. */
  static Part together(String name) {
    return new Part("together", name);
  }

  /** Of a JVM from the death of the first to the end. */
  static Part after(String name) {
    return new Part("one dead", name);
  }

  static List<Part> parts() {
    List<Part> parts = new ArrayList<>(List.of(ALONE));
    FleetRun.NAMES.forEach(name -> parts.add(together(name)));
    parts.add(after(FleetRun.TWO));
    parts.add(after(FleetRun.THREE));
    return parts;
  }

  /** An equal part of nine tenths of what is not kept for superusers. */
  static int fair(int members, int size) {
    return Math.min(size, (CONNECTIONS - SUPERUSERS) * 9 / 10 / members);
  }

  @Override
  public String name() {
    return "fleet";
  }

  @Override
  public String shows() {
    return "three JVMs of 60 callers whose calls take 50 ms, each of which may have 30 connections"
        + " of a server that has 60: one begins, a second and a third join, the first is killed;"
        + " who gets how many, how many logins are refused with 53300, and how soon shares change";
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>(List.of(CALLS, FAILED, SEEN, REFUSED, MOST));
    metrics.addAll(List.of(JOINED, TAKEN));
    parts().forEach(part -> metrics.add(part.sessions()));
    parts().forEach(part -> metrics.add(part.calls()));
    return metrics;
  }

  private static FleetRun.Plan plan(Pass pass) {
    return new FleetRun.Plan(
        new FleetMember.Load(SIZE, CALLERS),
        pass.millis(800, 7_000, 7_000),
        pass.millis(800, 1_000, 1_000),
        pass.millis(1_500, 9_000, 9_000),
        pass.millis(800, 9_000, 9_000),
        pass.millis(60_000, 13_000, 13_000));
  }

  @Override
  public void open(Stage stage, Pass pass) throws SQLException {
    stage.rounds(pass.pick(1, 1, 3));
    PostgresServer server = server(stage);
    FleetRun.prepare(server);
    FleetRun.Plan plan = plan(pass);
    stage.say(
        "one alone for %s, with two for %s, with three for %s, after the death of one %s; a share is %d sessions of three JVMs and %d of two, whatever a pool calls its own"
            .formatted(
                plan.alone(),
                plan.two(),
                plan.together(),
                plan.after(),
                fair(3, SIZE),
                fair(2, SIZE)));
    for (String rival : RIVALS) {
      stage.say(rival + ", in each JVM: " + FleetJvm.settings(rival, SIZE));
      stage.add(
          Spared.trial(VARIANT, rival, plan.longest(), () -> FleetRun.of(server, rival, plan)));
    }
  }

  private static PostgresServer server(Stage stage) {
    stage.say(
        "Server: embedded PostgreSQL 18, max_connections=%d of which %d are for superusers, fsync=off; its log is where refusals are counted, which no pool need tell; on this machine, over TCP"
            .formatted(CONNECTIONS, SUPERUSERS));
    return stage.keep(
        PostgresServer.builder()
            .setting("max_connections", String.valueOf(CONNECTIONS))
            .setting("superuser_reserved_connections", String.valueOf(SUPERUSERS))
            .setting("log_line_prefix", "%e ")
            .start());
  }

  @Override
  public List<Verdict> judge(Results results) {
    return List.of(
        new Verdict(
            "G7",
            "no login is refused with 53300",
            results.isWhole(VARIANT, Lenders.WEIR, REFUSED)
                && results.median(VARIANT, Lenders.WEIR, REFUSED) == 0,
            beside(results, REFUSED)),
        new Verdict(
            "G7",
            "the third JVM comes to its share",
            results.isWhole(VARIANT, Lenders.WEIR, JOINED),
            beside(results, JOINED)),
        new Verdict(
            "G7",
            "one leaves, the others grow",
            results.isWhole(VARIANT, Lenders.WEIR, TAKEN),
            beside(results, TAKEN)));
  }

  private static String beside(Results results, Metric metric) {
    return String.format(
            Locale.ROOT,
            "%s %s; HikariCP %s",
            metric.show(results.median(VARIANT, Lenders.WEIR, metric)),
            metric.unit(),
            metric.show(results.median(VARIANT, Lenders.HIKARI, metric)))
        .replace(" ;", ";");
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("Logins refused with 53300 (less is better)", "fleet", REFUSED),
        Panel.linear("Calls that failed (less is better)", "fleet", FAILED),
        Panel.linear("Calls done", "fleet", CALLS),
        Panel.linear(
            "Sessions of the third that joined", "fleet", together(FleetRun.THREE).sessions()),
        Panel.linear("The dead one's share is taken over after (less is better)", "fleet", TAKEN));
  }
}
