package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.scenarios.Adaptive.Load;
import dev.weir.benchmarks.load.scenarios.Adaptive.Times;
import dev.weir.testkit.PostgresServer;
import java.util.List;
import java.util.Locale;

/** Whether the limit that finds itself stays where it is for ten minutes, or climbs. */
final class Creep implements Scenario {

  private final String name;
  private final Load load;

  private Creep(String name, Load load) {
    this.name = name;
    this.load = load;
  }

  /** Where processors hold calls up: on few of them more callers may yield a little more. */
  static Creep byProcessors() {
    return new Creep("creep", Load.processors());
  }

  /** Where one row holds all up, so that more callers cannot yield anything. */
  static Creep byOneRow() {
    return new Creep("creep-row", Load.oneRow());
  }

  /** What of its height in the second quarter it may have gained in the last one. */
  private static final double MOST_GAIN = 1.25;

  /** By so many it tries fewer and more, where a quarter is less than that. */
  private static final int TRIED = 1;

  @Override
  public String name() {
    return name;
  }

  @Override
  public String shows() {
    return "100 callers without a pause for ten minutes: the limit that finds itself, its second"
        + " quarter against its last";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        Adaptive.RATE,
        Adaptive.RATIO,
        Adaptive.BEFORE,
        Adaptive.AFTER,
        Adaptive.HELD,
        Adaptive.START,
        Adaptive.SECOND,
        Adaptive.END,
        Adaptive.HIGHEST);
  }

  @Override
  public void open(Stage stage, Pass pass) throws Exception {
    PostgresServer server = stage.server(150);
    Adaptive.prepare(server);
    Times times = Times.lasting(pass);
    stage.rounds(1);
    int best = Adaptive.best(stage, server, load, pass, times);
    stage.add(Adaptive.fromBelow(server, load, times, best));
  }

  @Override
  public List<Verdict> judge(Results results) {
    return results.variants().stream().map(variant -> verdict(results, variant)).toList();
  }

  private static Verdict verdict(Results results, String variant) {
    double second = results.median(variant, Adaptive.BELOW, Adaptive.SECOND);
    double end = results.median(variant, Adaptive.BELOW, Adaptive.END);
    return new Verdict(
        "G6",
        variant + ": no upward creep in ten minutes",
        end <= Math.max(second * MOST_GAIN, second + TRIED),
        String.format(
            Locale.ROOT, "limit %.1f in the second quarter, %.1f in the last", second, end));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("Limit in the second quarter", "load", Adaptive.SECOND),
        Panel.linear("Limit in the last quarter", "load", Adaptive.END));
  }
}
