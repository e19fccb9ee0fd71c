package dev.weir.benchmarks.load.measure;

import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Roles;
import dev.weir.benchmarks.load.rivals.Shared;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Quiet callers, a hog and probes at the same time, each through its own lender.
 *
 * <p>Quiet calls and probes count if they end after the warm-up, however late: those that wait all
 * the time are the ones to be seen.
 */
public final class Neighbours {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Plan plan;
  private final Roles roles;
  private final Lender.Work work;
  private final Waits quiet = new Waits();
  private final LongAdder quietCalls = new LongAdder();
  private final LongAdder hogCalls = new LongAdder();
  private final LongAdder probes = new LongAdder();
  private final LongAdder inTime = new LongAdder();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile Phase phase = Phase.WARM_UP;

  private enum Phase {
    WARM_UP,
    COUNTED,
    OVER
  }

  /**
   * How it runs.
   *
   * @param quiet callers that pause between calls
   * @param hogs callers that never do
   * @param warmUp what is not counted
   * @param window what is
   */
  public record Plan(int quiet, int hogs, Duration warmUp, Duration window) {}

  /**
   * What came out.
   *
   * @param quiet time of a quiet call, wait and work
   * @param hogPerSecond calls of the hog
   * @param probesInTimePercent probes served within their time
   * @param cpuMicros processor time of this JVM for each call
   */
  public record Outcome(
      Waits quiet, double hogPerSecond, double probesInTimePercent, double cpuMicros) {}

  /** Not run yet. */
  public Neighbours(Plan plan, Roles roles, Lender.Work work) {
    this.plan = plan;
    this.roles = roles;
    this.work = work;
  }

  /**
   * Runs it to its end.
   *
   * @throws IllegalStateException if a quiet call or one of the hog fails
   */
  public Outcome run() throws InterruptedException {
    Usage used;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int hog = 0; hog < plan.hogs(); hog++) {
        threads.execute(() -> repeat(this::hog));
      }
      for (int caller = 0; caller < plan.quiet(); caller++) {
        threads.execute(() -> repeat(this::quietCall));
      }
      threads.execute(() -> repeat(this::probe));
      Hold.park(plan.warmUp());
      Usage before = Usage.now();
      phase = Phase.COUNTED;
      Hold.park(plan.window());
      phase = Phase.OVER;
      used = Usage.now().since(before);
    }
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException(roles.quiet().name() + " failed to lend: " + failed, failed);
    }
    return new Outcome(
        quiet,
        hogCalls.sum() / used.seconds(),
        100.0 * inTime.sum() / probes.sum(),
        used.cpuMicros() / (hogCalls.sum() + quietCalls.sum()));
  }

  private interface Call {
    void once() throws Exception;
  }

  private void repeat(Call call) {
    try {
      while (phase != Phase.OVER) {
        call.once();
      }
    } catch (Exception broken) {
      failure.compareAndSet(null, broken);
    }
  }

  private void hog() throws Exception {
    roles.hog().lend(work);
    if (phase == Phase.COUNTED) {
      hogCalls.increment();
    }
  }

  private void quietCall() throws Exception {
    Random random = ThreadLocalRandom.current();
    Hold.park(Duration.ofNanos((long) (-PAUSE.toNanos() * Math.log(1 - random.nextDouble()))));
    long asked = System.nanoTime();
    roles.quiet().lend(work);
    if (phase != Phase.WARM_UP) {
      quiet.add(System.nanoTime() - asked);
      quietCalls.increment();
    }
  }

  private void probe() {
    Hold.park(PAUSE);
    long asked = System.nanoTime();
    boolean answered = answered();
    if (phase != Phase.WARM_UP) {
      probes.increment();
      if (answered && System.nanoTime() - asked <= Shared.probeTime().toNanos()) {
        inTime.increment();
      }
    }
  }

  private boolean answered() {
    try {
      roles
          .probe()
          .lend(
              connection -> {
                try (PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
                  statement.execute();
                }
              });
      return true;
    } catch (Exception refused) {
      return false;
    }
  }
}
