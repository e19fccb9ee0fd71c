package dev.weir.benchmarks.fairness;

import dev.weir.testkit.PostgresServer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How evenly Weir, HikariCP and HikariCP behind a fair semaphore serve many virtual threads on real
 * PostgreSQL connections: in turn within each round, in the same JVM, on the same server.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar dev.weir.benchmarks.fairness.FairnessHarness}
 */
public final class FairnessHarness {

  private static final double LEAST_JAIN = 0.99;
  private static final double MOST_P99_TO_IDEAL = 1.3;
  private static final double MOST_STEAL = 10;
  private static final int MOST_REPEATS = 5;

  private final Options options;
  private final PrintStream out;

  FairnessHarness(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Runs it; exit code 1 if it fails, or if {@code --assert} is given and Weir is not fair. */
  public static void main(String[] arguments) {
    try {
      boolean kept = new FairnessHarness(Options.parse(arguments), System.out).run();
      System.exit(kept ? 0 : 1);
    } catch (Exception failure) {
      System.err.println("The fairness harness failed: " + failure.getMessage());
      System.exit(1);
    }
  }

  /** Whether Weir kept its promise, or nobody asked. */
  boolean run() throws InterruptedException {
    try (PostgresServer server = server()) {
      List<Rival> rivals = Rival.all(server, options.connections());
      try {
        return judge(rounds(rivals));
      } finally {
        rivals.forEach(Rival::close);
      }
    }
  }

  private PostgresServer server() {
    String room = String.valueOf(3 * options.connections() + 20);
    return PostgresServer.builder().setting("max_connections", room).start();
  }

  private List<Outcome> rounds(List<Rival> rivals) throws InterruptedException {
    head();
    Map<String, List<Outcome>> all = new LinkedHashMap<>();
    for (int round = 1; round <= options.rounds(); round++) {
      for (Rival rival : rivals) {
        Outcome outcome = undisturbed("round " + round, rival);
        all.computeIfAbsent(rival.name(), _ -> new ArrayList<>()).add(outcome);
      }
    }
    List<Outcome> medians = all.values().stream().map(Outcome::median).toList();
    out.println();
    medians.forEach(median -> row("median", median));
    return medians;
  }

  /** Runs a round again while the host takes too much of the machine away. */
  private Outcome undisturbed(String label, Rival rival) throws InterruptedException {
    Outcome outcome = new Round(options, rival).run();
    row(label, outcome);
    for (int i = 0; i < MOST_REPEATS && outcome.steal() > MOST_STEAL; i++) {
      outcome = new Round(options, rival).run();
      row("repeated", outcome);
    }
    return outcome;
  }

  private void head() {
    out.printf(
        Locale.ROOT,
        "%,d virtual threads, %d connections each, %s and parked for %d us while holding;"
            + " %d s a round after 1 s of warm-up%n",
        options.threads(),
        options.connections(),
        options.query() ? "SELECT 1" : "no query",
        options.hold().toNanos() / 1_000,
        options.seconds());
    out.printf(
        Locale.ROOT,
        "%d processors, JDK %s; Weir with lanes.admin.reserved=0, so that every permit is for these"
            + " threads; ideal = threads x measured mean hold / connections%n%n",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version());
    out.printf(
        "%-9s %-32s %9s %7s %9s %9s %9s %9s %7s %7s%n",
        "", "", "ops/s", "Jain", "p50 ms", "p99 ms", "max ms", "p99/ideal", "us/op", "steal%");
  }

  private void row(String label, Outcome it) {
    out.printf(
        Locale.ROOT,
        "%-9s %-32s %,9.0f %7.4f %,9.1f %,9.1f %,9.1f %9.2f %7.1f %7.1f%n",
        label,
        it.rival(),
        it.perSecond(),
        it.jain(),
        it.p50(),
        it.p99(),
        it.max(),
        it.p99ToIdeal(),
        it.cpuMicros(),
        it.steal());
  }

  private boolean judge(List<Outcome> medians) {
    Outcome weir = medians.getFirst();
    if (!options.judged()) {
      return true;
    }
    boolean kept = weir.jain() >= LEAST_JAIN && weir.p99ToIdeal() <= MOST_P99_TO_IDEAL;
    out.printf(
        Locale.ROOT,
        "%nPromised: Jain >= %.2f and p99 <= %.1f x ideal. %s: Jain %.4f, p99 %.2f x ideal.%n",
        LEAST_JAIN,
        MOST_P99_TO_IDEAL,
        kept ? "Kept" : "MISSED",
        weir.jain(),
        weir.p99ToIdeal());
    return kept;
  }
}
