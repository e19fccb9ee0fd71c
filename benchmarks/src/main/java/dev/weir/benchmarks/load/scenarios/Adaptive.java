package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.measure.Crowd;
import dev.weir.benchmarks.load.measure.Crowd.Pace;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Limited;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** How near the limit that finds itself comes to the best one that was found by trying all. */
final class Adaptive implements Scenario {

  static final Metric RATE = new Metric("calls", "/s", 0);
  static final Metric RATIO = new Metric("of the best fixed limit", "%", 1);
  static final Metric BEFORE = new Metric("the best fixed limit before", "/s", 0);
  static final Metric AFTER = new Metric("the best fixed limit after", "/s", 0);
  static final Metric HELD = new Metric("call mean", "ms", 1);
  static final Metric START = new Metric("limit at first", "", 0);
  static final Metric EARLY = new Metric("limit after a sixth", "", 0);
  static final Metric SECOND = new Metric("limit in the second quarter", "", 1);
  static final Metric MIDDLE = new Metric("limit in the middle", "", 0);
  static final Metric END = new Metric("limit in the end", "", 1);
  static final Metric HIGHEST = new Metric("highest in the last half", "", 0);
  static final Metric SETTLED = new Metric("settled after", "s", 0);

  static final String ABOVE = "Weir, adaptive from 4x above";
  static final String BELOW = "Weir, adaptive from 4x below";

  private static final int CALLERS = 100;
  private static final int MOST = 64;
  private static final int LEAST = 2;
  private static final double STEP = 1.1;
  private static final double LEAST_RATIO = 85;
  private static final int LOOKS = 60;

  @Override
  public String name() {
    return "adaptive";
  }

  @Override
  public String shows() {
    return "100 callers without a pause: the fixed limit with the most calls a second, found by"
        + " trying all in steps of 10 %, and the limit that finds itself within a minute";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, RATIO, BEFORE, AFTER, HELD, START, EARLY, MIDDLE, END, HIGHEST, SETTLED);
  }

  /** What holds calls up, and what they do. */
  record Load(String name, Lender.Work work) {

    static Load processors() {
      return new Load(
          "processors (about 3 ms)", run("SELECT count(*) FROM generate_series(1, 30000)"));
    }

    static Load oneRow() {
      return new Load("locks (one row, 2 ms)", connection -> lock(connection, 0));
    }

    static List<Load> all() {
      return List.of(
          processors(),
          new Load(
              "locks (four rows, 2 ms)",
              connection -> lock(connection, ThreadLocalRandom.current().nextInt(4))),
          new Load("latency (pg_sleep 20 ms)", run("SELECT pg_sleep(0.02)")));
    }

    private static Lender.Work run(String sql) {
      return connection -> {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
          statement.execute();
        }
      };
    }

    private static void lock(Connection connection, int row) throws SQLException {
      String sql =
          "WITH held AS (UPDATE adaptive SET n = n + 1 WHERE id = ? RETURNING n)"
              + " SELECT pg_sleep(0.002) FROM held";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setInt(1, row);
        statement.execute();
      }
    }
  }

  /** How long each part lasts. */
  record Times(Duration warmUp, Duration sweep, Duration run, Duration again) {

    static Times of(Pass pass) {
      return new Times(
          pass.millis(50, 200, 500),
          pass.millis(100, 1_000, 4_000),
          pass.millis(1_200, 60_000, 600_000),
          pass.millis(100, 4_000, 10_000));
    }

    /** Ten minutes in the short pass, too. */
    static Times lasting(Pass pass) {
      Times usual = of(pass);
      return new Times(
          usual.warmUp(), usual.sweep(), pass.millis(1_200, 600_000, 600_000), usual.again());
    }
  }

  @Override
  public void open(Stage stage, Pass pass) throws Exception {
    PostgresServer server = stage.server(150);
    prepare(server);
    Times times = Times.of(pass);
    stage.rounds(pass.pick(1, 1, 3));
    stage.say(
        "%d callers, limits from %d to %d, each tried for %s, twice; adaptive for %s; its last quarter is compared with the best fixed limit, run again for %s before and after it"
            .formatted(CALLERS, LEAST, MOST, times.sweep(), times.run(), times.again()));
    for (Load load : pass == Pass.TINY ? Load.all().subList(2, 3) : Load.all()) {
      int best = best(stage, server, load, pass, times);
      stage.add(trial(server, load, times, best, ABOVE, Math.min(MOST, 4 * best)));
      stage.add(fromBelow(server, load, times, best));
    }
  }

  /** The best fixed limit, found by trying all. */
  static int best(Stage stage, PostgresServer server, Load load, Pass pass, Times times) {
    Map<Integer, Double> swept = swept(server, load, pass, times);
    int best = best(swept);
    stage.say(load.name() + ": " + text(swept) + "; best " + best);
    return best;
  }

  static Trial fromBelow(PostgresServer server, Load load, Times times, int best) {
    return trial(server, load, times, best, BELOW, Math.max(LEAST, best / 4));
  }

  static void prepare(PostgresServer server) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                server.jdbcUrl(Connections.DATABASE), server.user(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE adaptive (id int PRIMARY KEY, n bigint)");
      statement.execute("INSERT INTO adaptive SELECT id, 0 FROM generate_series(0, 3) id");
    }
  }

  private static List<Integer> limits(Pass pass) {
    if (pass == Pass.TINY) {
      return List.of(LEAST, MOST);
    }
    List<Integer> limits = new ArrayList<>();
    for (double limit = LEAST; limit < MOST; limit = Math.max(limit * STEP, limit + 1)) {
      limits.add((int) Math.round(limit));
    }
    limits.add(MOST);
    return limits;
  }

  /** Up and down again, so that what changes meanwhile favours nobody. */
  private static Map<Integer, Double> swept(
      PostgresServer server, Load load, Pass pass, Times times) {
    Map<Integer, Double> rates = new TreeMap<>();
    try (Limited fixed = Limited.fixed(server, MOST);
        var crowd = new Crowd(CALLERS, fixed, load.work())) {
      List<Integer> limits = limits(pass);
      for (List<Integer> way : List.of(limits, limits.reversed())) {
        for (int limit : way) {
          fixed.resize(limit);
          crowd.during(times.warmUp());
          rates.merge(limit, crowd.during(times.sweep()).perSecond() / 2, Double::sum);
        }
      }
    }
    return rates;
  }

  private static int best(Map<Integer, Double> swept) {
    return swept.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private static String text(Map<Integer, Double> swept) {
    var text = new StringBuilder();
    swept.forEach(
        (limit, rate) -> text.append(String.format(Locale.ROOT, "%d: %.0f/s, ", limit, rate)));
    return text.substring(0, text.length() - 2);
  }

  private static Trial trial(
      PostgresServer server, Load load, Times times, int best, String rival, int from) {
    return Trial.of(
        load.name(),
        rival,
        () -> {
          double before = again(server, load, times, best);
          Figures figures = adaptive(server, load, times, from);
          double after = again(server, load, times, best);
          return figures
              .with(RATIO, 200 * figures.of(RATE) / (before + after))
              .with(BEFORE, before)
              .with(AFTER, after);
        });
  }

  private static double again(PostgresServer server, Load load, Times times, int best) {
    try (Limited fixed = Limited.fixed(server, best);
        var crowd = new Crowd(CALLERS, fixed, load.work())) {
      crowd.during(times.warmUp());
      return crowd.during(times.again()).perSecond();
    }
  }

  private static Figures adaptive(PostgresServer server, Load load, Times times, int from) {
    List<Integer> path = new ArrayList<>();
    Pace last;
    try (Limited limited = Limited.adaptive(server, from, MOST);
        var crowd = new Crowd(CALLERS, limited, load.work())) {
      Duration quarter = times.run().dividedBy(4);
      watch(limited, crowd, times.run().minus(quarter), LOOKS * 3 / 4, path);
      last = watch(limited, crowd, quarter, LOOKS / 4, path);
      System.out.printf(
          "    %s from %d: %s%n      %s%n", load.name(), from, path, limited.advice().getFirst());
    }
    return figures(last, path, from)
        .with(SETTLED, settled(path) * times.run().toMillis() / 1e3 / LOOKS);
  }

  private static Pace watch(
      Limited limited, Crowd crowd, Duration time, int looks, List<Integer> path) {
    double rate = 0;
    double held = 0;
    for (int i = 0; i < looks; i++) {
      Pace pace = crowd.during(time.dividedBy(looks));
      path.add(limited.limit());
      rate += pace.perSecond() / looks;
      held += pace.heldMillis() / looks;
    }
    return new Pace(rate, held);
  }

  private static Figures figures(Pace last, List<Integer> path, int from) {
    return Figures.none()
        .with(RATE, last.perSecond())
        .with(HELD, last.heldMillis())
        .with(START, from)
        .with(EARLY, path.get(LOOKS / 6))
        .with(SECOND, mean(path.subList(LOOKS / 4, LOOKS / 2)))
        .with(MIDDLE, path.get(LOOKS / 2))
        .with(END, end(path))
        .with(
            HIGHEST,
            path.subList(LOOKS / 2, LOOKS).stream().mapToInt(it -> it).max().orElseThrow());
  }

  private static double end(List<Integer> path) {
    return mean(path.subList(LOOKS * 3 / 4, LOOKS));
  }

  private static double mean(List<Integer> limits) {
    return limits.stream().mapToInt(it -> it).average().orElseThrow();
  }

  /** The look from which on it stayed within a half of where it ended, or by two. */
  private static int settled(List<Integer> path) {
    double end = end(path);
    int look = path.size();
    while (look > 0 && Math.abs(path.get(look - 1) - end) <= Math.max(2, end / 2)) {
      look--;
    }
    return look;
  }

  @Override
  public List<Verdict> judge(Results results) {
    return results.variants().stream()
        .flatMap(variant -> List.of(ABOVE, BELOW).stream().map(it -> verdict(results, variant, it)))
        .toList();
  }

  private static Verdict verdict(Results results, String variant, String rival) {
    double ratio = results.median(variant, rival, RATIO);
    return new Verdict(
        "G6",
        variant + ", " + rival + ": within 15 % of the best fixed limit",
        ratio >= LEAST_RATIO,
        String.format(
            Locale.ROOT, "%.1f %%, limit %.1f", ratio, results.median(variant, rival, END)));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("Calls, of those by the best fixed limit (100 is best)", "load", RATIO),
        Panel.logarithmic("Mean time of a call inside the server (less is better)", "load", HELD),
        Panel.logarithmic("Limit in the end", "load", END));
  }
}
