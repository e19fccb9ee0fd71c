package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.measure.Usage;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.TaskSettings;
import dev.weir.tasks.schedule.Schedule;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What schedules cost while none of them is due. */
final class IdleSchedules implements Scenario {

  static final Metric CORE = new Metric("of one core", "%", 3);
  static final Metric BEGIN = new Metric("to begin one", "us", 1);
  static final String NOTHING = "no schedule";
  static final String JDK = "ScheduledThreadPoolExecutor";
  static final String WEIR = "Weir";

  private static final String VARIANT = "10,000 schedules";
  private static final int SCHEDULES = 10_000;
  private static final double MOST_OF_A_CORE = 1;
  private static final List<String> ZONES =
      List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe");

  @Override
  public String name() {
    return "schedules";
  }

  @Override
  public String shows() {
    return "10,000 schedules of which none is due: a third each by rate, by delay and by cron in"
        + " three zones; beside them as many fixed rates of the JDK, and nothing at all";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(CORE, BEGIN);
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 1, 5));
    Duration window = pass.millis(500, 35_000, 65_000);
    stage.say("Processor time of the whole JVM over %s, after a collection".formatted(window));
    stage.add(Trial.of(VARIANT, NOTHING, () -> figures(window, 0, 0)));
    stage.add(Trial.of(VARIANT, JDK, () -> jdk(window)));
    stage.add(Trial.of(VARIANT, WEIR, () -> weir(window)));
  }

  private static Figures jdk(Duration window) throws InterruptedException {
    try (var timer = new ScheduledThreadPoolExecutor(2)) {
      long start = System.nanoTime();
      for (int i = 0; i < SCHEDULES; i++) {
        var _ = timer.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.DAYS);
      }
      Figures figures = figures(window, SCHEDULES, System.nanoTime() - start);
      timer.shutdownNow();
      return figures;
    }
  }

  private static Figures weir(Duration window) throws InterruptedException {
    var settings = new TaskSettings(Map.of(), new BulkheadSettings(4, 100), Duration.ZERO);
    try (var system = SystemTasks.open();
        var tasks = BackgroundTaskManager.open(settings, system, List.of(), List.of())) {
      long start = System.nanoTime();
      for (int i = 0; i < SCHEDULES; i++) {
        var _ = tasks.schedule("idle-" + i, schedule(i), () -> {});
      }
      return figures(window, SCHEDULES, System.nanoTime() - start);
    }
  }

  /** None that is due before tomorrow. */
  private static Schedule schedule(int number) {
    return switch (number % 3) {
      case 0 -> Schedule.every(Duration.ofDays(1));
      case 1 -> Schedule.delay(Duration.ofDays(1));
      default -> daily(ZoneId.of(ZONES.get(number / 3 % ZONES.size())));
    };
  }

  private static Schedule daily(ZoneId zone) {
    ZonedDateTime farthest = ZonedDateTime.now(zone).minusHours(1);
    return Schedule.cron("%d %d * * *".formatted(farthest.getMinute(), farthest.getHour()), zone);
  }

  private static Figures figures(Duration window, int schedules, long beginNanos)
      throws InterruptedException {
    System.gc();
    Usage before = Usage.now();
    var _ = new CountDownLatch(1).await(window.toMillis(), TimeUnit.MILLISECONDS);
    Usage used = Usage.now().since(before);
    Figures figures = Figures.none().with(CORE, 100.0 * used.cpuNanos() / used.wallNanos());
    return schedules == 0 ? figures : figures.with(BEGIN, beginNanos / 1e3 / schedules);
  }

  @Override
  public List<Verdict> judge(Results results) {
    double core = results.median(VARIANT, WEIR, CORE);
    return List.of(
        new Verdict(
            "T5",
            "10,000 schedules with nothing due take < 1 % of a core",
            core < MOST_OF_A_CORE,
            String.format(
                Locale.ROOT,
                "%.3f %%; the JDK's %.3f %%, the JVM without any %.3f %%",
                core,
                results.median(VARIANT, JDK, CORE),
                results.median(VARIANT, NOTHING, CORE))));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("Processor time while nothing is due (less is better)", "load", CORE));
  }
}
