package dev.weir.sample;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * The load of one turn of one side: every caller's threads, the scheduled job, and a clock.
 *
 * <p>Each thread has dice of its own that fall alike on both sides. A call counts if it ends after
 * the warm-up, so one that began in it and had to wait is not forgotten.
 */
final class Load {

  static final String JOB = "best customers (job)";
  private static final long AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Settings settings;
  private final Times times;
  private final Map<Caller, Measured> callers = new LinkedHashMap<>();
  private final Measured job = new Measured(1);
  private final Semaphore jobRuns = new Semaphore(1);
  private final CountDownLatch ended;
  private volatile Phase phase = Phase.WARM_UP;

  private enum Phase {
    WARM_UP,
    COUNTED,
    OVER
  }

  /**
   * How long a side is loaded.
   *
   * @param warmUp before the figures count
   * @param counted while they do
   */
  record Times(Duration warmUp, Duration counted) {}

  Load(Settings settings, Times times) {
    this.settings = settings;
    this.times = times;
    Caller.all(settings).forEach(it -> callers.put(it, new Measured(it.threads())));
    this.ended = new CountDownLatch(callers.keySet().stream().mapToInt(Caller::threads).sum());
  }

  /**
   * Runs the load and returns when the last call has ended.
   *
   * @param progress told about once a second the seconds gone and the calls answered
   * @return the figures by caller
   */
  Map<String, Figures> run(Side side, BiConsumer<Long, Long> progress) throws InterruptedException {
    var shop = new OrderService(side);
    callers.forEach((caller, its) -> start(side, caller, new Calls(shop, caller, its)));
    side.every("best-customers", settings.jobInterval(), () -> runJob(shop));
    waitFor(times.warmUp());
    phase = Phase.COUNTED;
    long start = System.nanoTime();
    for (long second = 1; second <= times.counted().toSeconds(); second++) {
      waitFor(Duration.ofSeconds(1));
      progress.accept(second, sum());
    }
    waitFor(times.counted().minusNanos(System.nanoTime() - start));
    phase = Phase.OVER;
    double seconds = (System.nanoTime() - start) / 1e9;
    ended.await();
    jobRuns.acquire();
    return figures(seconds);
  }

  private Map<String, Figures> figures(double seconds) {
    var figures = new LinkedHashMap<String, Figures>();
    callers.forEach((caller, its) -> figures.put(caller.name(), its.figures(seconds)));
    figures.put(JOB, job.figures(seconds));
    return figures;
  }

  /** Ends early only if all threads have ended, which they do not before it is over. */
  private void waitFor(Duration time) throws InterruptedException {
    if (ended.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("All callers have ended before their time.");
    }
  }

  private long sum() {
    return job.sum() + callers.values().stream().mapToLong(Measured::sum).sum();
  }

  /** What the threads of one caller do. */
  private record Calls(OrderService shop, Caller caller, Measured measured) {}

  private void start(Side side, Caller caller, Calls calls) {
    for (int thread = 0; thread < caller.threads(); thread++) {
      int number = thread;
      side.start(caller.name(), () -> callAgainAndAgain(calls, number));
    }
  }

  private void callAgainAndAgain(Calls calls, int thread) {
    var dice = new SplittableRandom(thread);
    Caller caller = calls.caller();
    try {
      while (phase != Phase.OVER) {
        boolean ok = timed(calls.measured(), thread, () -> caller.call().on(calls.shop(), dice));
        LockSupport.parkNanos(ok ? caller.pause().toNanos() : AFTER_FAILURE_NANOS);
      }
    } finally {
      ended.countDown();
    }
  }

  /** One that is under way at the end is waited for; none begins after that. */
  private void runJob(OrderService shop) {
    if (phase != Phase.OVER && jobRuns.tryAcquire()) {
      try {
        timed(job, 0, shop::refreshBestCustomers);
      } finally {
        jobRuns.release();
      }
    }
  }

  private boolean timed(Measured its, int thread, Side.Job call) {
    long start = System.nanoTime();
    try {
      call.run();
      long nanos = System.nanoTime() - start;
      Phase now = phase;
      if (now != Phase.WARM_UP) {
        its.answered(thread, nanos, now == Phase.COUNTED);
      }
      return true;
    } catch (Exception failure) {
      its.failed(failure);
      return false;
    }
  }
}
