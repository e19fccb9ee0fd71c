package dev.weir.benchmarks.load.scenarios;

import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.measure.Waits;
import dev.weir.tasks.Task;
import dev.weir.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** What tasks that compute do to one that waits and asks the database. */
final class Computing implements Scenario {

  static final Metric ALONE = new Metric("p99 alone", "ms", 1);
  static final Metric BESIDE = new Metric("p99 beside 8 that compute", "ms", 1);
  static final Metric RATIO = new Metric("p99 beside / alone", "", 2);
  static final Metric COUNT = new Metric("tasks beside", "", 0);

  static final String VARIANT = "5 ms parked and one query";
  static final String WEIR = "Weir, bulkhead cpu";
  static final String BARE = "bare virtual threads";

  private static final int COMPUTING = 8;

  /** How many windows the computing lasts where an interactive task gets no turn at all. */
  private static final long LONGEST_WINDOWS = 3;

  private static final Duration BURST = Duration.ofMillis(50);
  private static final Duration PARKED = Duration.ofMillis(5);
  private static final int CONNECTIONS = 4;
  private static final double MOST = 3;

  @Override
  public String name() {
    return "computing";
  }

  @Override
  public String shows() {
    return "a task that parks for 5 ms and makes one query, again and again, alone and beside 8"
        + " that compute for 50 ms at a time: cpuBound() tasks of Weir, and virtual threads";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(ALONE, BESIDE, RATIO, COUNT);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 3, 9));
    PostgresServer server = stage.server(20);
    Weir weir = stage.keep(Weir.builder().config(Connections.weir(server, CONNECTIONS)).start());
    Duration window = pass.millis(300, 2_000, 10_000);
    stage.say("Each alone and beside for " + window);
    DataSource source = weir.connections().dataSource();
    Runner ours = work -> weir.tasks().run("interactive", work::run).await();
    Task computes = Task.named("computes").cpuBound();
    Runner load = work -> weir.tasks().run(computes, work::run).await();
    stage.add(Trial.of(VARIANT, WEIR, () -> both(window, source, ours, load)));
    ExecutorService bare = stage.keep(Executors.newVirtualThreadPerTaskExecutor());
    stage.add(
        Trial.of(
            VARIANT,
            BARE,
            () ->
                both(
                    window,
                    source,
                    work -> bare.submit(callable(work)).get(),
                    work -> bare.submit(callable(work)).get())));
  }

  /** Work that may fail. */
  private interface Work {
    void run() throws Exception;
  }

  /** Has work done and waits for it. */
  private interface Runner {
    void run(Work work) throws Exception;
  }

  private static Callable<Boolean> callable(Work work) {
    return () -> {
      work.run();
      return true;
    };
  }

  private static Figures both(Duration window, DataSource source, Runner runner, Runner load)
      throws Exception {
    Waits alone = interactive(window, source, runner);
    Waits beside = beside(window, source, runner, load);
    return Figures.none()
        .with(ALONE, alone.millis(99))
        .with(BESIDE, beside.millis(99))
        .with(RATIO, beside.millis(99) / alone.millis(99))
        .with(COUNT, (double) beside.count());
  }

  private static Waits beside(Duration window, DataSource source, Runner runner, Runner load)
      throws Exception {
    try (ExecutorService senders =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      var over = new AtomicBoolean();
      long latest = System.nanoTime() + LONGEST_WINDOWS * window.toNanos();
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < COMPUTING; i++) {
        all.add(senders.submit(() -> keepComputing(load, over, latest)));
      }
      Waits times = interactive(window, source, runner);
      over.set(true);
      for (Future<Boolean> one : all) {
        one.get();
      }
      return times;
    }
  }

  /**
   * Ends by itself: on bare virtual threads the interactive task can starve as long as it goes on.
   */
  private static boolean keepComputing(Runner load, AtomicBoolean over, long latest)
      throws Exception {
    while (!over.get() && System.nanoTime() < latest) {
      load.run(Computing::compute);
    }
    return true;
  }

  private static void compute() {
    long end = System.nanoTime() + BURST.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static Waits interactive(Duration window, DataSource source, Runner runner)
      throws Exception {
    var times = new Waits();
    long end = System.nanoTime() + window.toNanos();
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      runner.run(() -> parkAndAsk(source));
      times.add(System.nanoTime() - start);
    }
    return times;
  }

  private static void parkAndAsk(DataSource source) throws Exception {
    LockSupport.parkNanos(PARKED.toNanos());
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT 1");
        ResultSet row = statement.executeQuery()) {
      row.next();
    }
  }

  @Override
  public List<Verdict> judge(Results results) {
    double ratio = results.median(VARIANT, WEIR, RATIO);
    return List.of(
        new Verdict(
            "T2",
            "8 tasks that compute raise the p99 of an interactive one <= 3 x",
            ratio <= MOST,
            String.format(
                Locale.ROOT,
                "%.2f x, bare virtual threads %.2f x",
                ratio,
                results.median(VARIANT, BARE, RATIO))));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.logarithmic("p99 beside 8 that compute (less is better)", "task", BESIDE),
        Panel.logarithmic("Against the p99 alone (1 is equal)", "task", RATIO));
  }
}
