package dev.weir.benchmarks.load;

import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.report.Machine;
import dev.weir.benchmarks.load.report.Report;
import dev.weir.benchmarks.load.report.Table;
import dev.weir.benchmarks.load.scenarios.Scenario;
import dev.weir.benchmarks.load.scenarios.Scenarios;
import dev.weir.benchmarks.load.scenarios.Stage;
import dev.weir.benchmarks.load.scenarios.Verdict;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs load scenarios by name, Weir and its rivals in turn in the same JVM on the same server, and
 * writes a table, a CSV file and a plot of each.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar dev.weir.benchmarks.load.LoadHarness
 * overload}
 */
public final class LoadHarness {

  private final Options options;
  private final boolean everythingNeeded;
  private final PrintStream out;

  /**
   * Not run yet.
   *
   * @param everythingNeeded whether a scenario that the machine lacks something for is a failure
   */
  LoadHarness(Options options, boolean everythingNeeded, PrintStream out) {
    this.options = options;
    this.everythingNeeded = everythingNeeded;
    this.out = out;
  }

  /** Runs it; exit code 1 if a scenario fails, or misses its promise with {@code --assert true}. */
  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    try {
      Options options = Options.parse(Scenarios.names(), arguments);
      boolean needed = Boolean.parseBoolean(System.getenv("CI"));
      System.exit(new LoadHarness(options, needed, System.out).run() ? 0 : 1);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
    }
  }

  /** Whether every scenario ran and, if asked for, kept its promises. */
  boolean run() {
    List<String> ends = new ArrayList<>();
    boolean well = true;
    for (Scenario scenario : Scenarios.of(options.scenarios(), options.variants())) {
      long start = System.nanoTime();
      well &= run(scenario, ends);
      out.printf(
          "(%s took %d s)%n%n", scenario.name(), (System.nanoTime() - start) / 1_000_000_000);
    }
    ends.forEach(out::println);
    return well;
  }

  private boolean run(Scenario scenario, List<String> ends) {
    Optional<String> lacks = scenario.lacks();
    if (lacks.isPresent()) {
      ends.add("SKIPPED " + scenario.name() + ": " + lacks.get());
      out.println(ends.getLast());
      return !everythingNeeded;
    }
    try {
      List<Verdict> verdicts = measured(scenario);
      verdicts.forEach(verdict -> ends.add(scenario.name() + ": " + verdict.line()));
      return !options.judged() || verdicts.stream().allMatch(Verdict::kept);
    } catch (Exception | AssertionError failure) {
      ends.add("FAILED " + scenario.name() + ": " + failure);
      failure.printStackTrace(out);
      return false;
    }
  }

  private List<Verdict> measured(Scenario scenario) throws Exception {
    var report = new Report(options.directory(), Machine.here(Clock.systemUTC()));
    out.printf("== %s: %s%n%s%n", scenario.name(), scenario.shows(), report.machine().line());
    try (var stage = new Stage()) {
      scenario.open(stage, options.pass());
      stage.settings().forEach(setting -> out.println("  " + setting));
      out.println(
          "  Rounds: " + stage.rounds() + "; medians, with [least..most] where they differ");
      Results results = new Rounds(out::println).run(stage);
      out.println(Table.of(Report.columns(scenario), results));
      List<Verdict> verdicts = scenario.judge(results);
      verdicts.forEach(verdict -> out.println(verdict.line()));
      for (Path file : report.write(scenario, results)) {
        out.println("Written: " + file);
      }
      return verdicts;
    }
  }
}
