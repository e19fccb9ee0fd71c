package dev.weir.benchmarks.fairness;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/**
 * One round of one rival: a closed loop of many threads, each of which borrows, parks and gives
 * back.
 *
 * <p>A wait counts if it ends after the warm-up. Those who are still waiting when the time is over
 * are waited for, and their waits count too, though not as throughput: left out, the longest waits
 * would be missing.
 */
final class Round {

  private static final long WARM_UP_MS = 1_000;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Options options;
  private final Rival rival;
  private final ConcurrentHistogram waitMicros = new ConcurrentHistogram(3);
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

  Round(Options options, Rival rival) {
    this.options = options;
    this.rival = rival;
    this.borrows = new AtomicLongArray(options.threads());
    this.ended = new CountDownLatch(options.threads());
  }

  /**
   * Runs it to its end.
   *
   * @throws IllegalStateException if a borrow fails
   */
  Outcome run() throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < options.threads(); thread++) {
        int number = thread;
        threads.execute(() -> borrowAgainAndAgain(number));
      }
      waitFor(WARM_UP_MS);
      return counted();
    }
  }

  private Outcome counted() throws InterruptedException {
    var before = ProcessorTime.now();
    long cpu = SYSTEM.getProcessCpuTime();
    long start = System.nanoTime();
    phase = Phase.COUNTED;
    waitFor(TimeUnit.SECONDS.toMillis(options.seconds()));
    phase = Phase.OVER;
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuMicros = (SYSTEM.getProcessCpuTime() - cpu) / 1e3;
    var processors = ProcessorTime.now().minus(before);
    ended.await();
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException(rival.name() + " failed to lend: " + failed, failed);
    }
    return outcome(seconds, cpuMicros, processors.stolenPercent());
  }

  private void waitFor(long millis) throws InterruptedException {
    if (ended.await(millis, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "All threads ended before their time: " + failure.get(), failure.get());
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
    rival.lend(
        connection -> {
          long got = System.nanoTime();
          if (options.query()) {
            Rival.selectOne(connection);
          }
          LockSupport.parkNanos(options.hold().toNanos());
          note(thread, got - asked, System.nanoTime() - got);
        });
  }

  private void note(int thread, long waited, long held) {
    Phase now = phase;
    if (now == Phase.WARM_UP) {
      return;
    }
    waitMicros.recordValue(waited / 1_000);
    if (now == Phase.COUNTED) {
      borrows.incrementAndGet(thread);
      heldNanos.add(held);
    }
  }

  private Outcome outcome(double seconds, double cpuMicros, double steal) {
    double sum = 0;
    double squares = 0;
    for (int thread = 0; thread < borrows.length(); thread++) {
      double count = borrows.get(thread);
      sum += count;
      squares += count * count;
    }
    double meanHoldMillis = heldNanos.sum() / sum / 1e6;
    return new Outcome(
        rival.name(),
        sum / seconds,
        sum * sum / (borrows.length() * squares),
        waitMicros.getValueAtPercentile(50) / 1e3,
        waitMicros.getValueAtPercentile(99) / 1e3,
        waitMicros.getMaxValue() / 1e3,
        options.threads() * meanHoldMillis / options.connections(),
        cpuMicros / sum,
        steal);
  }
}
