package dev.weir.benchmarks.load.scenarios;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.measure.ClosedLoop;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Slices;
import dev.weir.benchmarks.load.measure.Statistics;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.benchmarks.load.rivals.Metered;
import dev.weir.benchmarks.load.rivals.Stubbed;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;

/** What one borrow costs when nobody else wants a connection, and when everybody does. */
final class Borrow implements Scenario {

  static final Metric NANOS = new Metric("time", "ns/op", 0);
  static final Metric TIME_RATIO = new Metric("time / HikariCP", "", 3);
  static final Metric CPU_RATIO = new Metric("cpu / HikariCP", "", 3);
  static final Metric BYTES = new Metric("allocated", "B/op", 0);
  static final Metric CPU = new Metric("cpu", "us/op", 2);

  private static final String STUB = "stub";
  private static final String SELECT = "SELECT 1";
  private static final String CONTENDED = "1,000 threads, 1 ms hold";
  private static final int CONNECTIONS = 10;
  private static final int WINDOWS = 3;
  private static final double MOST_STUB = 1.6;
  private static final double MOST_SELECT = 1.02;
  private static final double MOST_BYTES = 64;

  @Override
  public String name() {
    return "borrow";
  }

  @Override
  public String shows() {
    return "borrow and give back, uncontended, on a driver that does nothing and around a real"
        + " SELECT 1, in short alternating slices on one thread; processor time under contention;"
        + " telemetry on";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(NANOS, TIME_RATIO, CPU, CPU_RATIO, BYTES);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 3, 9));
    stage.say("Weir's telemetry: an OpenTelemetry SDK whose metrics are read every second");
    var metered = stage.keep(new Metered());
    var stubbed = stage.keep(new Stubbed(CONNECTIONS, metered.openTelemetry()));
    var stub = stage.keep(Connections.stub(CONNECTIONS));
    PostgresServer server = stage.server(100);
    HikariDataSource hikari = stage.keep(Connections.hikari(server, CONNECTIONS));
    Weir weir =
        stage.keep(
            Weir.builder()
                .config(Connections.weir(server, CONNECTIONS))
                .openTelemetry(metered.openTelemetry())
                .start());
    Place place = Place.one(stage, server);
    kinds()
        .forEach(
            (kind, threads) -> {
              pair(stage, STUB + ", " + kind, stubs(pass, threads), sources(stub, stubbed));
              pair(
                  stage,
                  SELECT + ", " + kind,
                  selects(pass, threads),
                  queries(hikari, weir, place));
            });
    contended(stage, pass, new Lenders(server, CONNECTIONS));
  }

  private static Map<String, ThreadFactory> kinds() {
    return new TreeMap<>(
        Map.of(
            "platform thread", Thread.ofPlatform().name("borrower-", 0).factory(),
            "virtual thread", Thread.ofVirtual().name("borrower-", 0).factory()));
  }

  private static Slices.Plan stubs(Pass pass, ThreadFactory threads) {
    return new Slices.Plan(
        threads,
        pass.pick(5, 300, 1_000),
        pass.pick(5, 100, 300),
        pass.pick(1_000, 10_000, 10_000));
  }

  private static Slices.Plan selects(Pass pass, ThreadFactory threads) {
    return new Slices.Plan(
        threads, pass.pick(2, 80, 300), pass.pick(1, 10, 20), pass.pick(50, 400, 500));
  }

  private record Both(Callable<?> hikari, Callable<?> weir, Place place) {}

  private static Both sources(DataSource hikari, Stubbed weir) {
    return new Both(() -> borrow(hikari), () -> borrow(weir.dataSource()), Place.ANY);
  }

  private static Both queries(DataSource hikari, Weir weir, Place place) {
    DataSource source = weir.connections().dataSource();
    return new Both(() -> selectOne(hikari), () -> selectOne(source), place);
  }

  private static Connection borrow(DataSource source) throws Exception {
    Connection connection = source.getConnection();
    connection.close();
    return connection;
  }

  private static int selectOne(DataSource source) throws Exception {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT 1");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void pair(Stage stage, String variant, Slices.Plan plan, Both both) {
    stage.say(
        String.format(
            Locale.ROOT,
            "%s: %d pairs of slices of %,d operations, after %d of warm-up",
            variant,
            plan.pairs(),
            plan.operations(),
            plan.warmUp()));
    stage.add(
        new Trial(
            variant,
            List.of(Lenders.HIKARI, Lenders.WEIR),
            () -> {
              try (AutoCloseable _ = both.place().enter()) {
                return figures(new Slices(plan, both.hikari(), both.weir()).run());
              }
            }));
  }

  private static List<Figures> figures(List<Slices.Outcome> outcomes) {
    return outcomes.stream()
        .map(
            it ->
                Figures.none()
                    .with(NANOS, it.nanos())
                    .with(TIME_RATIO, it.ratio())
                    .with(CPU, it.cpuMicros())
                    .with(CPU_RATIO, it.cpuRatio())
                    .with(BYTES, it.bytes()))
        .toList();
  }

  private static void contended(Stage stage, Pass pass, Lenders lenders) {
    var plan =
        new ClosedLoop.Plan(1_000, pass.millis(50, 500, 1_000), pass.millis(100, 1_000, 5_000));
    for (Lender rival :
        List.of(
            stage.lender(lenders.semaphore()),
            stage.lender(lenders.weir()),
            stage.lender(lenders.hikari()))) {
      stage.add(
          Trial.of(CONTENDED, rival.name(), () -> Figures.none().with(CPU, cpu(plan, rival))));
    }
  }

  /** The median of a few windows: whoever else wants these processors, wants them in bursts. */
  private static double cpu(ClosedLoop.Plan plan, Lender rival) throws InterruptedException {
    List<Double> windows = new ArrayList<>();
    for (int i = 0; i < WINDOWS; i++) {
      windows.add(Fairness.round(plan, rival).of(Metric.CPU));
    }
    return Statistics.median(windows);
  }

  @Override
  public List<Verdict> judge(Results results) {
    return List.of(
        stub(results, "platform thread"),
        stub(results, "virtual thread"),
        select(results, "platform thread"),
        select(results, "virtual thread"),
        contention(results));
  }

  private static Verdict stub(Results results, String kind) {
    String variant = STUB + ", " + kind;
    double ratio = results.median(variant, Lenders.WEIR, TIME_RATIO);
    double more =
        results.median(variant, Lenders.WEIR, BYTES)
            - results.median(variant, Lenders.HIKARI, BYTES);
    return new Verdict(
        "G3",
        variant + ": <= 1.6 x HikariCP in ns and <= 64 B/op beyond it",
        ratio <= MOST_STUB && more <= MOST_BYTES,
        String.format(Locale.ROOT, "%.2f x, %.0f B/op beyond", ratio, more));
  }

  private static Verdict select(Results results, String kind) {
    String variant = SELECT + ", " + kind;
    double time = results.median(variant, Lenders.WEIR, TIME_RATIO);
    double cpu = results.median(variant, Lenders.WEIR, CPU_RATIO);
    return new Verdict(
        "G3",
        variant + ": <= 1.02 x HikariCP in time and in processor time",
        time <= MOST_SELECT && cpu <= MOST_SELECT,
        String.format(Locale.ROOT, "%.3f x and %.3f x", time, cpu));
  }

  private static Verdict contention(Results results) {
    double weir = results.median(CONTENDED, Lenders.WEIR, CPU);
    double semaphore = results.median(CONTENDED, Lenders.SEMAPHORE, CPU);
    return new Verdict(
        "G3",
        CONTENDED + ": processor time of a borrow <= HikariCP behind a fair Semaphore",
        weir <= semaphore,
        String.format(Locale.ROOT, "%.1f us to %.1f us", weir, semaphore));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear(
                "Borrow and return on a driver that does nothing (less is better)", "load", NANOS)
            .only(STUB),
        Panel.linear("Around a real SELECT 1, against HikariCP (1 is equal)", "load", TIME_RATIO)
            .only(SELECT),
        Panel.linear("Processor time of a borrow under contention (less is better)", "load", CPU)
            .only("1,000"));
  }
}
