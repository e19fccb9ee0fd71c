package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Heap;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.WeirTasks;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.Job;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskHandle;
import io.opentelemetry.api.OpenTelemetry;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** What a task weighs while it waits in a queue, and while it runs and is parked. */
final class Memory implements Scenario {

  static final Metric BYTES = new Metric("heap", "B/task", 0);

  static final String QUEUED = "queued on a bulkhead of one";
  static final String PARKED = "running, parked";
  static final String WEIR = "Weir";
  static final String BARE = "bare virtual threads";

  private static final String BULKHEAD = "of-one";
  private static final double MOST_QUEUED = 120;
  private static final double MOST_PARKED = 2_048;
  private static final int WARM_UP = 50_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String shows() {
    return "heap of each of a million tasks beyond the caller's lambda, handle and entry in the"
        + " list included, by the difference after a full collection; beside them virtual threads"
        + " parked at one latch";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(BYTES);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    int tasks = pass.pick(10_000, 1_000_000, 1_000_000);
    stage.rounds(pass.pick(1, 1, 3));
    stage.say(
        String.format(
            Locale.ROOT,
            "%,d tasks, heap of at most %,d MB",
            tasks,
            Runtime.getRuntime().maxMemory() >> 20));
    stage.add(Trial.of(QUEUED, WEIR, () -> weighed(queued(tasks))));
    stage.add(Trial.of(PARKED, WEIR, () -> weighed(parked(tasks))));
    stage.add(Trial.of(PARKED, BARE, () -> weighed(bare(tasks))));
  }

  private static Figures weighed(double bytes) {
    return Figures.none().with(BYTES, bytes);
  }

  private static WeirTasks weir(int tasks) {
    return new WeirTasks(new BulkheadSettings(1, tasks), OpenTelemetry.noop());
  }

  private static double queued(int tasks) {
    var handles = new TaskHandle<?>[tasks];
    var last = new AtomicInteger();
    var jobs = new Job[tasks]; // the caller's lambdas, one for each
    for (int i = 0; i < tasks; i++) {
      int number = i;
      jobs[i] = () -> last.set(number);
    }
    var hold = new CountDownLatch(1);
    try (var weir = weir(tasks)) {
      Task task = Task.named("queued").bulkhead(BULKHEAD);
      weir.tasks().run(task, hold::await);
      long before = Heap.usedBytes();
      for (int i = 0; i < tasks; i++) {
        handles[i] = weir.tasks().run(task, jobs[i]);
      }
      double each = (double) (Heap.usedBytes() - before) / tasks;
      hold.countDown();
      weir.tasks().drain(PATIENCE);
      return each;
    } finally {
      Reference.reachabilityFence(handles);
      Reference.reachabilityFence(jobs);
    }
  }

  private static double parked(int tasks) throws InterruptedException {
    var handles = new TaskHandle<?>[tasks];
    var hold = new CountDownLatch(1);
    try (var weir = weir(tasks)) {
      for (int i = 0; i < WARM_UP; i++) {
        weir.tasks().run("warm-up", Thread::yield).await();
      }
      var begun = new CountDownLatch(tasks);
      Job job =
          () -> {
            begun.countDown();
            hold.await();
          };
      long before = Heap.usedBytes();
      for (int i = 0; i < tasks; i++) {
        handles[i] = weir.tasks().run("parked", job);
      }
      begun.await();
      double each = (double) (Heap.usedBytes() - before) / tasks;
      hold.countDown();
      weir.tasks().drain(PATIENCE);
      return each;
    } finally {
      Reference.reachabilityFence(handles);
    }
  }

  private static double bare(int tasks) throws InterruptedException {
    var hold = new CountDownLatch(1);
    var begun = new CountDownLatch(tasks);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long before = Heap.usedBytes();
      for (int i = 0; i < tasks; i++) {
        threads.execute(
            () -> {
              begun.countDown();
              awaitOpen(hold);
            });
      }
      begun.await();
      double each = (double) (Heap.usedBytes() - before) / tasks;
      hold.countDown();
      return each;
    }
  }

  private static void awaitOpen(CountDownLatch hold) {
    try {
      hold.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<Verdict> judge(Results results) {
    return List.of(verdict(results, QUEUED, MOST_QUEUED), verdict(results, PARKED, MOST_PARKED));
  }

  private static Verdict verdict(Results results, String variant, double most) {
    double each = results.median(variant, WEIR, BYTES);
    return new Verdict(
        "T1",
        String.format(Locale.ROOT, "%s: <= %,.0f B each", variant, most),
        each <= most,
        String.format(Locale.ROOT, "%,.1f B", each));
  }

  @Override
  public List<Panel> panels() {
    return List.of(Panel.logarithmic("Heap of a task (less is better)", "state", BYTES));
  }
}
