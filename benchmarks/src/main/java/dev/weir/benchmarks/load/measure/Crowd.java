package dev.weir.benchmarks.load.measure;

import dev.weir.benchmarks.load.rivals.Lender;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads that borrow, work and give back again and again until it is closed; what they
 * have done can be read at any time.
 */
public final class Crowd implements AutoCloseable {

  private final Lender lender;
  private final Lender.Work work;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LongAdder done = new LongAdder();
  private final LongAdder heldNanos = new LongAdder();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile boolean over;

  /** So many threads, which begin at once. */
  public Crowd(int callers, Lender lender, Lender.Work work) {
    this.lender = lender;
    this.work = work;
    for (int i = 0; i < callers; i++) {
      threads.execute(this::again);
    }
  }

  /**
   * What came of a while.
   *
   * @param perSecond borrows a second
   * @param heldMillis how long a connection was held, in the mean
   */
  public record Pace(double perSecond, double heldMillis) {}

  /**
   * What they do in this time from now on.
   *
   * @throws IllegalStateException if a borrow has failed
   */
  public Pace during(Duration time) {
    long before = done.sum();
    long held = heldNanos.sum();
    long start = System.nanoTime();
    Hold.park(time);
    double seconds = (System.nanoTime() - start) / 1e9;
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException(lender.name() + " failed to lend: " + failed, failed);
    }
    long count = done.sum() - before;
    return new Pace(count / seconds, (heldNanos.sum() - held) / 1e6 / Math.max(1, count));
  }

  private void again() {
    try {
      while (!over) {
        lender.lend(
            connection -> {
              long got = System.nanoTime();
              work.with(connection);
              heldNanos.add(System.nanoTime() - got);
            });
        done.increment();
      }
    } catch (Exception broken) {
      failure.compareAndSet(null, broken);
    }
  }

  /** Waits until each has ended what it does. */
  @Override
  public void close() {
    over = true;
    threads.close();
  }
}
