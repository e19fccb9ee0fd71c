package dev.weir.sample;

import dev.weir.Weir;
import dev.weir.config.LaneConfig;
import dev.weir.config.WeirConfig;
import dev.weir.monitoring.Telemetry;
import dev.weir.testkit.machine.ProcessorTime;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The demo in words and figures: what was set, what was measured, what to try. */
final class Report {

  private Report() {}

  /**
   * What one side did in one turn.
   *
   * @param side its name
   * @param figures by caller
   * @param processors what became of the machine's time meanwhile
   */
  record Turn(String side, Map<String, Figures> figures, ProcessorTime processors) {

    Turn plus(Turn other) {
      var all = new LinkedHashMap<>(figures);
      other.figures.forEach((caller, its) -> all.merge(caller, its, Figures::plus));
      return new Turn(side, all, processors.plus(other.processors));
    }
  }

  /** What the sides are given. */
  static String settings(WeirConfig config, Settings settings) {
    LaneConfig admin = config.lanes().getOrDefault("admin", LaneConfig.open());
    URI redis = URI.create(String.valueOf(config.redis().uri()));
    return String.format(
        Locale.ROOT,
        """
        Weir demo: a small order service, the same load on Weir and on bare HikariCP.

          PostgreSQL   %s
          Redis        %s:%d
          machine      %d processors, JDK %s, %s
          each side    %d connections at most, up to %d s of waiting for one
          turns        Weir, bare HikariCP, bare HikariCP, Weir; %.1f s each after %.1f s of
                       warm-up, on fresh tables; a rehearsal of %.1f s for each side first
          callers      %s
          Weir's lanes 'batch' (reports and the job) holds %d connections at most,
                       'admin' (health) keeps %d
        """,
        config.postgres().target(),
        redis.getHost(),
        redis.getPort(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        System.getProperty("os.name"),
        settings.connections(),
        Settings.LONGEST_WAIT.toSeconds(),
        settings.turn().toMillis() / 1e3,
        settings.warmUp().toMillis() / 1e3,
        settings.rehearsal().toMillis() / 1e3,
        callers(settings),
        WeirSide.BATCH_LIMIT,
        admin.reserved());
  }

  private static String callers(Settings settings) {
    return Caller.all(settings).stream().map(Report::caller).collect(Collectors.joining())
        + "%s every %d ms".formatted(Load.JOB, settings.jobInterval().toMillis());
  }

  private static String caller(Caller caller) {
    String pause =
        caller.pause().isZero() ? "" : " (pausing %d ms)".formatted(caller.pause().toMillis());
    return String.format(
        Locale.ROOT, "%,d x %s%s%n               ", caller.threads(), caller.name(), pause);
  }

  /**
   * Every caller's figures on every side.
   *
   * @throws IllegalStateException if one got nothing but failures: there is nothing to compare then
   */
  static String table(List<Turn> turns) {
    var sides = new LinkedHashMap<String, Turn>();
    turns.forEach(turn -> sides.merge(turn.side(), turn, Turn::plus));
    var text = new StringBuilder();
    text.append(
        "  %-22s %-13s %10s %9s %9s %9s %6s %6s%n"
            .formatted(
                "caller", "side", "calls/s", "p50 ms", "p99 ms", "max ms", "Jain", "failed"));
    for (String caller : turns.getFirst().figures().keySet()) {
      sides.values().forEach(side -> text.append(row(caller, side)));
    }
    text.append(
        """

          Times include the wait for a connection. Jain's index says how evenly the threads of a
          caller were served: 1 if all alike, near 0 if a few got nearly everything. Who calls
          again without a pause makes it as hard as it gets to be fair.
        """);
    sides.values().forEach(side -> text.append(remarks(side)));
    return text.toString();
  }

  private static String row(String caller, Turn side) {
    Figures its = side.figures().get(caller);
    if (its == null || its.onlyFailed()) {
      throw new IllegalStateException(
          "'%s' got nothing but failures on %s: %s"
              .formatted(caller, side.side(), its == null ? "it did not call" : its.failure()));
    }
    return String.format(
        Locale.ROOT,
        "  %-22s %-13s %,10.1f %9s %9s %9s %6s %,6d%n",
        caller,
        side.side(),
        its.throughput(),
        orDash("%,.1f", its.millis(50)),
        orDash("%,.1f", its.millis(99)),
        orDash("%,.1f", its.millis(100)),
        orDash("%.3f", its.jain()),
        its.failed());
  }

  /** What was not measured is not shown. */
  private static String orDash(String form, double figure) {
    return Double.isNaN(figure) ? "-" : String.format(Locale.ROOT, form, figure);
  }

  private static String remarks(Turn side) {
    var remarks = new ArrayList<String>();
    remarks.add(
        "  Processor time during the turns of %s: %s by other guests of the host"
            .formatted(side.side(), side.processors().steal()));
    side.figures()
        .forEach(
            (caller, its) -> {
              if (its.failure() != null) {
                remarks.add("  '%s' failed first with: %s".formatted(caller, its.failure()));
              }
            });
    return String.join("\n", remarks) + "\n";
  }

  /** How Weir says it is doing: its health, and its ten metrics. */
  static String inside(Weir weir) {
    return """
        Health, as Weir reports it after its last turn:
        %s
        Its ten most used metrics, as of now (with an OpenTelemetry SDK they are exported under these names):
        %s"""
        .formatted(
            weir.health().refresh().text().indent(2),
            weir.telemetry().figures().stream()
                .map(Report::figure)
                .collect(Collectors.joining("\n", "", "\n")));
  }

  private static String figure(Telemetry.Figure figure) {
    return String.format(
        Locale.ROOT,
        "  %-38s %-34s %,14.6g %s",
        figure.name(),
        figure.attributes(),
        figure.value(),
        figure.unit());
  }

  /** What to do after it. */
  static String next() {
    return """
        What to try next:
          longer, with more callers   mvn -B -ntp -Pdemo verify -Ddemo.seconds=60 -Ddemo.threads=2000
          more connections            mvn -B -ntp -Pdemo verify -Ddemo.connections=20
          your own PostgreSQL         WEIR_POSTGRES_URL=jdbc:postgresql://host:5432/db WEIR_POSTGRES_USER=... \\
                                      WEIR_POSTGRES_PASSWORD=... mvn -B -ntp -Pdemo verify
                                      (in a schema of its own, dropped at the end; WEIR_REDIS_URI for your Redis)
          the code                    src-test/sample-service/src/main/java/dev/weir/sample/OrderService.java
          parts of Weir, measured     mvn -B -ntp verify, then java -jar benchmarks/target/benchmarks.jar
        """;
  }
}
