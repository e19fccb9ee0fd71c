package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.measure.Slices;
import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.measure.Usage;
import dev.weir.benchmarks.load.rivals.Bus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** What it costs to say that something has happened. */
final class Events implements Scenario {

  static final Metric NANOS = new Metric("publish", "ns", 0);
  static final Metric RATIO = new Metric("publish / Guava", "", 3);
  static final Metric RATE = new Metric("events", "k/s", 0);
  static final Metric CPU = new Metric("cpu", "us/event", 2);

  /** What the audited service said of its bus, and never measured. */
  static final String CLAIMED = "claimed for the original, not measured: 8,000 events/s";

  private static final List<Integer> CROWDS = List.of(1, 4, 8, 16);
  private static final int PATIENT_NANOS = 50_000;
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final double MOST_SYNC = 0.2;
  private static final double LEAST_ASYNC = 5;

  @Override
  public String name() {
    return "events";
  }

  @Override
  public String shows() {
    return "one publisher, 1 to 16 subscribers that add up: called on its thread, in short"
        + " alternating slices; and behind queues, until all have counted all";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(NANOS, RATIO, RATE, CPU);
  }

  private static String sync(int subscribers) {
    return "sync, " + subscribers;
  }

  private static String async(int subscribers) {
    return "async, " + subscribers;
  }

  @Override
  public void open(Stage stage, Pass pass) {
    stage.rounds(pass.pick(1, 5, 11));
    stage.say("Queues of 1,024, publishers wait for room; Guava's executors have no bound");
    stage.say(CLAIMED);
    var plan =
        new Slices.Plan(
            Thread.ofPlatform().factory(),
            pass.pick(2, 40, 200),
            pass.pick(1, 20, 40),
            pass.pick(100, 20_000, 20_000));
    for (int subscribers : CROWDS) {
      stage.add(
          new Trial(
              sync(subscribers),
              List.of(Bus.GUAVA, Bus.WEIR),
              () -> onOneThread(plan, subscribers)));
    }
    int events = pass.pick(200, 500_000, 2_000_000);
    for (int subscribers : CROWDS) {
      queued()
          .forEach(
              (name, rival) ->
                  stage.add(
                      Trial.of(
                          async(subscribers),
                          name,
                          () -> throughQueues(name, rival, subscribers, events))));
    }
  }

  private static Map<String, IntFunction<Bus>> queued() {
    Map<String, IntFunction<Bus>> all = new LinkedHashMap<>();
    all.put(Bus.WEIR, Bus::weirQueued);
    all.put(Bus.SUBMISSION, n -> Bus.submission(n, Executors.newVirtualThreadPerTaskExecutor()));
    all.put(Bus.SUBMISSION_FIXED, n -> Bus.submission(n, Executors.newFixedThreadPool(2)));
    all.put(Bus.GUAVA_VIRTUAL, n -> Bus.guava(n, Executors.newVirtualThreadPerTaskExecutor()));
    all.put(Bus.GUAVA_FIXED, n -> Bus.guava(n, Executors.newFixedThreadPool(2)));
    return all;
  }

  private static List<Figures> onOneThread(Slices.Plan plan, int subscribers) throws Exception {
    var event = new Bus.Event(1);
    try (Bus guava = Bus.guava(subscribers);
        Bus weir = Bus.weir(subscribers)) {
      return new Slices(plan, () -> published(guava, event), () -> published(weir, event))
          .run().stream()
              .map(it -> Figures.none().with(NANOS, it.nanos()).with(RATIO, it.ratio()))
              .toList();
    }
  }

  private static Bus.Event published(Bus bus, Bus.Event event) {
    bus.publish().accept(event);
    return event;
  }

  /** A fifth is published before, to warm up. */
  private static Figures throughQueues(
      String name, IntFunction<Bus> rival, int subscribers, int events) {
    try (Bus bus = rival.apply(subscribers)) {
      publish(name, bus, 0, events / 5, subscribers);
      Usage before = Usage.now();
      publish(name, bus, events / 5, events, subscribers);
      Usage used = Usage.now().since(before);
      double published = events - events / 5;
      return Figures.none()
          .with(RATE, published / used.seconds() / 1_000)
          .with(CPU, used.cpuMicros() / published);
    }
  }

  private static void publish(String name, Bus bus, int from, int to, int subscribers) {
    for (int i = from; i < to; i++) {
      bus.publish().accept(new Bus.Event(i));
    }
    long end = System.nanoTime() + LONGEST.toNanos();
    while (bus.heard().sum() < (long) to * subscribers) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "%s: %d of %d deliveries are missing after %s."
                .formatted(
                    name,
                    (long) to * subscribers - bus.heard().sum(),
                    (long) to * subscribers,
                    LONGEST));
      }
      LockSupport.parkNanos(PATIENT_NANOS);
    }
  }

  @Override
  public List<Verdict> judge(Results results) {
    List<Verdict> verdicts = new ArrayList<>();
    double ratio = results.median(sync(8), Bus.WEIR, RATIO);
    verdicts.add(
        new Verdict(
            "T10",
            "sync publish to 8 subscribers <= 0.2 x Guava EventBus",
            ratio <= MOST_SYNC,
            String.format(Locale.ROOT, "%.3f x", ratio)));
    for (int subscribers : List.of(1, 8)) {
      for (String rival : List.of(Bus.GUAVA_VIRTUAL, Bus.GUAVA_FIXED)) {
        verdicts.add(against(results, subscribers, rival, LEAST_ASYNC));
      }
      for (String rival : List.of(Bus.SUBMISSION, Bus.SUBMISSION_FIXED)) {
        verdicts.add(against(results, subscribers, rival, 1));
      }
    }
    return verdicts;
  }

  private static Verdict against(Results results, int subscribers, String rival, double least) {
    double times =
        results.median(async(subscribers), Bus.WEIR, RATE)
            / results.median(async(subscribers), rival, RATE);
    return new Verdict(
        "T10",
        String.format(Locale.ROOT, "%s: events/s >= %.0f x %s", async(subscribers), least, rival),
        times >= least,
        String.format(Locale.ROOT, "%.2f x", times));
  }

  @Override
  public List<Panel> panels() {
    return List.of(
        Panel.linear("One publish, subscribers called (less is better)", "subscribers", NANOS)
            .only("sync"),
        Panel.logarithmic(
                "Events through queues (more is better; " + CLAIMED + ")", "subscribers", RATE)
            .only("async"));
  }
}
