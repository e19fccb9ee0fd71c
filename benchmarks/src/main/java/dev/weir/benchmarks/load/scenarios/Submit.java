package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Slices;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Metered;
import dev.weir.benchmarks.load.rivals.WeirTasks;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.TaskHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What a task that does nothing costs beside a bare virtual thread. */
final class Submit implements Scenario {

  static final Metric RATE = new Metric("tasks", "/s", 0);
  static final Metric RATIO = new Metric("rate / per-task executor", "", 3);
  static final Metric NANOS = new Metric("time", "ns/task", 0);
  static final Metric BYTES = new Metric("allocated", "B/task", 0);

  static final String WINDOW = "1,000 in flight";
  static final String ONE = "one by one";
  static final String WEIR = "Weir";
  static final String EXECUTOR = "per-task executor";
  static final String ORIGINAL = "claimed by the original, other machine";

  private static final int IN_FLIGHT = 1_000;
  private static final double CLAIMED = 57_699;
  private static final double LEAST = 0.45;

  @Override
  public String name() {
    return "submit";
  }

  @Override
  public String shows() {
    return "submit a no-op task and wait for its result, a thousand at a time and one by one, by"
        + " newVirtualThreadPerTaskExecutor and by Weir (name, handle, entry in the list, MDC,"
        + " telemetry on) in short alternating slices";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, RATIO, NANOS, BYTES);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 3, 9));
    stage.say("Weir's telemetry: an OpenTelemetry SDK whose metrics are read every second");
    var metered = stage.keep(new Metered());
    ExecutorService executor = stage.keep(Executors.newVirtualThreadPerTaskExecutor());
    BackgroundTaskManager weir =
        stage.keep(new WeirTasks(new BulkheadSettings(1, 1), metered.openTelemetry())).tasks();
    add(stage, pass, WINDOW, () -> window(executor), () -> window(weir), IN_FLIGHT);
    add(
        stage,
        pass,
        ONE,
        () -> executor.submit(() -> 1).get(),
        () -> weir.submit("no-op", () -> 1).await(),
        1);
    for (String variant : List.of(WINDOW, ONE)) {
      stage.add(Trial.of(variant, ORIGINAL, () -> Figures.none().with(RATE, CLAIMED)));
    }
  }

  private static void add(
      Stage stage,
      Pass pass,
      String variant,
      Callable<?> executor,
      Callable<?> weir,
      int tasksEach) {
    var plan =
        new Slices.Plan(
            Thread.ofPlatform().name("submitter-", 0).factory(),
            pass.pick(4, 200, 600),
            pass.pick(4, 100, 200),
            tasksEach == 1 ? pass.pick(20, 1_000, 1_000) : pass.pick(2, 20, 20));
    stage.say(
        String.format(
            Locale.ROOT,
            "%s: %d pairs of slices of %,d tasks, after %d of warm-up",
            variant,
            plan.pairs(),
            plan.operations() * tasksEach,
            plan.warmUp()));
    stage.add(
        new Trial(
            variant,
            List.of(EXECUTOR, WEIR),
            () -> figures(new Slices(plan, executor, weir).run(), tasksEach)));
  }

  private static List<Figures> figures(List<Slices.Outcome> outcomes, int tasksEach) {
    return outcomes.stream()
        .map(
            it ->
                Figures.none()
                    .with(RATE, 1e9 / it.nanos() * tasksEach)
                    .with(RATIO, 1 / it.ratio())
                    .with(NANOS, it.nanos() / tasksEach)
                    .with(BYTES, it.bytes() / tasksEach))
        .toList();
  }

  private static int window(ExecutorService executor) throws Exception {
    List<Future<Integer>> all = new ArrayList<>(IN_FLIGHT);
    for (int i = 0; i < IN_FLIGHT; i++) {
      all.add(executor.submit(() -> 1));
    }
    int sum = 0;
    for (Future<Integer> one : all) {
      sum += one.get();
    }
    return sum;
  }

  private static int window(BackgroundTaskManager weir) {
    List<TaskHandle<Integer>> all = new ArrayList<>(IN_FLIGHT);
    for (int i = 0; i < IN_FLIGHT; i++) {
      all.add(weir.submit("no-op", () -> 1));
    }
    int sum = 0;
    for (TaskHandle<Integer> one : all) {
      sum += one.await();
    }
    return sum;
  }

  @Override
  public List<Verdict> judge(Results results) {
    return List.of(verdict(results, WINDOW), verdict(results, ONE));
  }

  private static Verdict verdict(Results results, String variant) {
    double ratio = results.median(variant, WEIR, RATIO);
    return new Verdict(
        "T1",
        variant + ": >= 0.45 x the throughput of newVirtualThreadPerTaskExecutor",
        ratio >= LEAST,
        String.format(Locale.ROOT, "%.2f x", ratio));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.logarithmic("No-op tasks a second (more is better)", "load", RATE),
        Panel.linear("Against newVirtualThreadPerTaskExecutor (1 is equal)", "load", RATIO));
  }
}
