package dev.weir.benchmarks.load.measure;

import dev.weir.benchmarks.load.rivals.Lender;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of virtual threads, each of which borrows, works and gives back, again and again.
 *
 * <p>A wait counts if it ends after the warm-up. Those who are still waiting when the time is over
 * are waited for, and their waits count too, though not as throughput: left out, the longest waits
 * would be missing.
 */
public final class ClosedLoop {

  private final Plan plan;
  private final Lender lender;
  private final Lender.Work work;
  private final Waits waits = new Waits();
  private final LongAdder heldNanos = new LongAdder();
  private final AtomicLongArray borrows;
  private final CountDownLatch ended;
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
   * @param threads how many want a connection all the time
   * @param warmUp what is not counted
   * @param window what is
   */
  public record Plan(int threads, Duration warmUp, Duration window) {}

  /**
   * What came out.
   *
   * @param used by this JVM while it was counted
   * @param total how many borrows there were
   * @param jain Jain's fairness index over the threads
   * @param waits for a connection
   * @param meanHoldMillis how long a connection was held in the mean
   */
  public record Outcome(Usage used, double total, double jain, Waits waits, double meanHoldMillis) {

    /** Borrows a second. */
    public double perSecond() {
      return total / used.seconds();
    }

    /** Processor time of this JVM for each borrow, in microseconds. */
    public double cpuMicros() {
      return used.cpuMicros() / total;
    }
  }

  /** Not run yet. */
  public ClosedLoop(Plan plan, Lender lender, Lender.Work work) {
    this.plan = plan;
    this.lender = lender;
    this.work = work;
    this.borrows = new AtomicLongArray(plan.threads());
    this.ended = new CountDownLatch(plan.threads());
  }

  /**
   * Runs it to its end.
   *
   * @throws IllegalStateException if a borrow fails
   */
  public Outcome run() throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < plan.threads(); thread++) {
        int number = thread;
        threads.execute(() -> borrowAgainAndAgain(number));
      }
      waitFor(plan.warmUp());
      return counted();
    }
  }

  private Outcome counted() throws InterruptedException {
    Usage before = Usage.now();
    phase = Phase.COUNTED;
    waitFor(plan.window());
    phase = Phase.OVER;
    Usage used = Usage.now().since(before);
    ended.await();
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException(lender.name() + " failed to lend: " + failed, failed);
    }
    long[] shares = new long[borrows.length()];
    for (int thread = 0; thread < shares.length; thread++) {
      shares[thread] = borrows.get(thread);
    }
    double total = Arrays.stream(shares).sum();
    return new Outcome(used, total, Statistics.jain(shares), waits, heldNanos.sum() / 1e6 / total);
  }

  private void waitFor(Duration time) throws InterruptedException {
    if (ended.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException(
          "All threads of " + lender.name() + " ended before their time: " + failure.get(),
          failure.get());
    }
  }

  private void borrowAgainAndAgain(int thread) {
    try {
      while (phase != Phase.OVER) {
        borrow(thread);
      }
    } catch (Exception broken) {
      failure.compareAndSet(null, broken);
    } finally {
      ended.countDown();
    }
  }

  private void borrow(int thread) throws Exception {
    long asked = System.nanoTime();
    lender.lend(
        connection -> {
          long got = System.nanoTime();
          work.with(connection);
          note(thread, got - asked, System.nanoTime() - got);
        });
  }

  private void note(int thread, long waited, long held) {
    Phase now = phase;
    if (now == Phase.WARM_UP) {
      return;
    }
    waits.add(waited);
    if (now == Phase.COUNTED) {
      borrows.incrementAndGet(thread);
      heldNanos.add(held);
    }
  }
}
