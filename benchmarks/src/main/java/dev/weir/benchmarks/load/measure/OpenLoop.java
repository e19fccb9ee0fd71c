package dev.weir.benchmarks.load.measure;

import dev.weir.benchmarks.load.rivals.Lender;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Requests that arrive by a schedule fixed in advance, each on a virtual thread of its own, whether
 * or not those before have been served.
 *
 * <p>All times count from the scheduled arrival, so a stalled generator cannot flatter anybody.
 * When the time is over and the last agreed answer is due, whoever still waits is let through
 * without being served, and counts as neither served nor refused.
 */
public final class OpenLoop {

  private final Plan plan;
  private final Lender lender;
  private final Lender.Work service;
  private final Waits served = new Waits();
  private final Waits refused = new Waits();
  private final Waits lag = new Waits();
  private final LongAdder offered = new LongAdder();
  private final LongAdder inTime = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile boolean over;

  /**
   * How it runs.
   *
   * @param perSecond arrivals a second in the mean
   * @param warmUp of the load, not counted
   * @param window what is counted
   * @param agreed the time within which an answer is worth anything
   */
  public record Plan(double perSecond, Duration warmUp, Duration window, Duration agreed) {}

  /**
   * What came out, of those who arrived in the window.
   *
   * @param seconds the length of the window
   * @param used by this JVM while it ran
   * @param offered how many arrived
   * @param inTime how many were served within the agreed time
   * @param failed how many got a connection, and then an exception
   * @param served time to the end of service, from the arrival
   * @param refused time to a refusal, from the arrival
   * @param lag how late the generator was
   */
  public record Outcome(
      double seconds,
      Usage used,
      long offered,
      long inTime,
      long failed,
      Waits served,
      Waits refused,
      Waits lag) {}

  /** Not run yet. */
  public OpenLoop(Plan plan, Lender lender, Lender.Work service) {
    this.plan = plan;
    this.lender = lender;
    this.service = service;
  }

  /** Runs it to its end. */
  public Outcome run() throws InterruptedException {
    Duration length = plan.warmUp().plus(plan.window());
    long[] arrivals = Arrivals.poisson(plan.perSecond(), length, seed());
    var running = new CountDownLatch(arrivals.length);
    Usage before = Usage.now();
    long start = System.nanoTime();
    for (long arrival : arrivals) {
      Hold.parkUntil(start + arrival);
      boolean counted = arrival >= plan.warmUp().toNanos();
      Thread.startVirtualThread(() -> request(start + arrival, counted, running));
    }
    Hold.parkUntil(start + length.plus(plan.agreed().multipliedBy(2)).toNanos());
    over = true;
    running.await();
    return outcome(Usage.now().since(before));
  }

  /** The same arrivals for every rival, others for another load. */
  private long seed() {
    return Double.hashCode(plan.perSecond());
  }

  private Outcome outcome(Usage used) {
    return new Outcome(
        plan.window().toNanos() / 1e9,
        used,
        offered.sum(),
        inTime.sum(),
        failed.sum(),
        served,
        refused,
        lag);
  }

  private void request(long arrival, boolean counted, CountDownLatch running) {
    try {
      Answer answer = ask(arrival, counted);
      if (counted) {
        count(answer, System.nanoTime() - arrival);
      }
    } finally {
      running.countDown();
    }
  }

  private enum Answer {
    SERVED,
    REFUSED,
    FAILED,
    ABANDONED
  }

  private Answer ask(long arrival, boolean counted) {
    if (counted) {
      offered.increment();
      lag.add(System.nanoTime() - arrival);
    }
    var progress = new AtomicReference<>(Answer.REFUSED);
    try {
      lender.lend(
          connection -> {
            progress.set(over ? Answer.ABANDONED : Answer.FAILED);
            if (progress.get() == Answer.FAILED) {
              service.with(connection);
              progress.set(Answer.SERVED);
            }
          });
    } catch (Exception _) {
      // How far it came before tells a refusal from a failure.
    }
    return progress.get();
  }

  private void count(Answer answer, long nanos) {
    switch (answer) {
      case SERVED -> {
        served.add(nanos);
        if (nanos <= plan.agreed().toNanos()) {
          inTime.increment();
        }
      }
      case REFUSED -> refused.add(nanos);
      case FAILED -> failed.increment();
      // Left out, the longest times would be missing: it would have taken at least so long.
      case ABANDONED -> served.add(nanos);
    }
  }
}
