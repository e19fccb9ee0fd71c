package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.ClosedLoop;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Hold;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.OpenLoop;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.pool.Access;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What is still served in time when more arrives than can be served. */
final class Overload implements Scenario {

  static final Metric GOODPUT = new Metric("served within SLA", "% of capacity", 1);
  static final Metric P50 = new Metric("served p50", "ms", 1);
  static final Metric P99 = new Metric("served p99", "ms", 1);
  static final Metric REFUSED = new Metric("refused", "", 0);
  static final Metric MEAN_REFUSAL = new Metric("refusal mean", "ms", 1);
  static final Metric P99_REFUSAL = new Metric("refusal p99", "ms", 1);
  static final Metric FAILED = new Metric("failed", "", 0);
  static final Metric LAG = new Metric("generator late p99", "ms", 1);

  private static final int CONNECTIONS = 10;
  private static final Duration SERVICE = Duration.ofMillis(5);
  private static final Duration AGREED = Duration.ofMillis(200);
  private static final double LEAST_GOODPUT = 95;
  private static final double MOST_REFUSAL_MS = 15;
  private static final double MOST_P50_MS = 15;

  private final Map<String, String> variants;

  Overload(Map<String, String> variants) {
    this.variants = variants;
  }

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String shows() {
    return "requests that arrive at 1.3, 2 and 5 times what 10 connections can serve, 5 ms each, and"
        + " are worth nothing after 200 ms; open loop, Poisson, times from the scheduled arrival";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(GOODPUT, P50, P99, REFUSED, MEAN_REFUSAL, P99_REFUSAL, FAILED, LAG, Metric.CPU);
  }

  @Override
  public void open(Stage stage, Pass pass) throws Exception {
    stage.rounds(pass.pick(1, 2, 5));
    var lenders = new Lenders(stage.server(150), CONNECTIONS);
    List<Lender> rivals = rivals(stage, lenders);
    // A capacity is what the same connections serve when nobody waits: one thread for each.
    try (Lender alone = lenders.hikari()) {
      add(stage, pass, rivals, Work.of("parked 5 ms", alone, _ -> Hold.park(SERVICE), pass));
      if (pass != Pass.TINY) {
        add(stage, pass, rivals, Work.of("pg_sleep(0.005)", alone, Overload::sleepOnServer, pass));
      }
    }
  }

  private List<Lender> rivals(Stage stage, Lenders lenders) {
    List<Lender> rivals = new ArrayList<>();
    Access access = Access.readWrite().deadline(AGREED);
    rivals.add(stage.lender(lenders.weir(Lenders.WEIR, access, UnaryOperator.identity())));
    variants.forEach(
        (name, property) -> rivals.add(stage.lender(variant(lenders, name, property))));
    rivals.add(stage.lender(lenders.hikari("HikariCP, 30 s", Duration.ofSeconds(30))));
    rivals.add(stage.lender(lenders.hikari("HikariCP, 250 ms", Duration.ofMillis(250))));
    rivals.add(stage.lender(lenders.semaphore("HikariCP + fair Semaphore, 200 ms", AGREED)));
    return rivals;
  }

  /** Weir started under a system property, which a gate reads once, when it is opened. */
  private static Lender variant(Lenders lenders, String name, String property) {
    int end = property.indexOf(':');
    String key = property.substring(0, end);
    System.setProperty(key, property.substring(end + 1));
    try {
      return lenders.weir(name, Access.readWrite().deadline(AGREED), UnaryOperator.identity());
    } finally {
      System.clearProperty(key);
    }
  }

  private record Work(String name, Lender.Work service, double capacity) {

    /** The best of some short runs: whatever disturbs one can only make it look less. */
    static Work of(String name, Lender alone, Lender.Work service, Pass pass)
        throws InterruptedException {
      var plan =
          new ClosedLoop.Plan(CONNECTIONS, pass.millis(50, 200, 500), pass.millis(200, 800, 2_000));
      double best = 0;
      for (int run = 0; run < pass.pick(1, 4, 5); run++) {
        best = Math.max(best, new ClosedLoop(plan, alone, service).run().perSecond());
      }
      return new Work(name, service, best);
    }
  }

  private static void add(Stage stage, Pass pass, List<Lender> rivals, Work work) {
    stage.say(
        String.format(
            Locale.ROOT,
            "Capacity, %s: %,.0f/s (best of some closed loops of 10 threads on HikariCP)",
            work.name(),
            work.capacity()));
    for (double factor : factors(pass, work)) {
      String variant = String.format(Locale.ROOT, "%s, %.1fx", work.name(), factor);
      var plan =
          new OpenLoop.Plan(
              work.capacity() * factor,
              pass.millis(100, 1_000, 2_000),
              pass.millis(200, 2_000, 10_000),
              AGREED);
      for (Lender rival : rivals) {
        stage.add(Trial.of(variant, rival.name(), () -> round(plan, rival, work)));
      }
    }
  }

  private static List<Double> factors(Pass pass, Work work) {
    return switch (pass) {
      case TINY -> List.of(5.0);
      case SHORT -> work.name().startsWith("parked") ? List.of(1.3, 2.0, 5.0) : List.of(2.0);
      case LONG -> List.of(1.3, 2.0, 5.0);
    };
  }

  private static Figures round(OpenLoop.Plan plan, Lender rival, Work work)
      throws InterruptedException {
    var outcome = new OpenLoop(plan, rival, work.service()).run();
    return Figures.none()
        .with(GOODPUT, 100 * outcome.inTime() / outcome.seconds() / work.capacity())
        .with(P50, outcome.served().millis(50))
        .with(P99, outcome.served().millis(99))
        .with(REFUSED, (double) outcome.refused().count())
        .with(MEAN_REFUSAL, outcome.refused().meanMillis())
        .with(P99_REFUSAL, outcome.refused().millis(99))
        .with(FAILED, (double) outcome.failed())
        .with(LAG, outcome.lag().millis(99))
        .with(Metric.CPU, outcome.used().cpuMicros() / outcome.offered());
  }

  private static void sleepOnServer(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT pg_sleep(0.005)")) {
      statement.execute();
    }
  }

  @Override
  public List<Verdict> judge(Results results) {
    return results.variants().stream().map(variant -> verdict(results, variant)).toList();
  }

  private static Verdict verdict(Results results, String variant) {
    double goodput = results.median(variant, Lenders.WEIR, GOODPUT);
    double refusal = results.median(variant, Lenders.WEIR, MEAN_REFUSAL);
    double p50 = results.median(variant, Lenders.WEIR, P50);
    return new Verdict(
        "G5",
        "%s: >= 95 %% of capacity inside the SLA, served p50 <= 3 x 5 ms, mean refusal < 15 ms"
            .formatted(variant),
        goodput >= LEAST_GOODPUT && p50 <= MOST_P50_MS && refusal < MOST_REFUSAL_MS,
        String.format(Locale.ROOT, "%.1f %%, p50 %.1f ms, refusal %.1f ms", goodput, p50, refusal));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("Served within the 200 ms agreed (100 is best)", "load", GOODPUT),
        Panel.logarithmic(
            "Mean time to a refusal (less is better; no bar: none refused)", "load", MEAN_REFUSAL),
        Panel.logarithmic("Median time to the end of service (5 is best)", "load", P50));
  }
}
