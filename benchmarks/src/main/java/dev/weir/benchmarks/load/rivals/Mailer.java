package dev.weir.benchmarks.load.rivals;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** A service that is called over and over, and fails for a while. Safe for use by many threads. */
public final class Mailer {

  private static final Duration ANSWER = Duration.ofMillis(2);

  private final LongAdder firstTries = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean down;
  private volatile boolean guarded;
  private volatile int mostInside;

  /**
   * One call.
   *
   * @param attempt from 1; those after the first are the extra load
   * @throws IOException while it is down
   */
  public void send(int attempt) throws IOException {
    int now = inside.incrementAndGet();
    if (guarded) {
      mostInside = Math.max(mostInside, now);
    }
    try {
      LockSupport.parkNanos(ANSWER.toNanos());
      if (down) {
        (attempt == 1 ? firstTries : retries).increment();
        throw new IOException("down");
      }
      sent.increment();
    } finally {
      inside.decrementAndGet();
    }
  }

  /** It fails from now on, or no longer. */
  public void down(boolean down) {
    this.down = down;
  }

  /** From now on, until it is false, the most calls inside at once are noted. */
  public void guarded(boolean guarded) {
    this.guarded = guarded;
  }

  /** Whether that is so now. */
  public boolean isGuarded() {
    return guarded;
  }

  /** First tries that failed. */
  public long firstTries() {
    return firstTries.sum();
  }

  /** Later tries that failed. */
  public long retries() {
    return retries.sum();
  }

  /** Calls that succeeded. */
  public long sent() {
    return sent.sum();
  }

  /** The most calls inside at once while it was guarded. */
  public int mostInside() {
    return mostInside;
  }
}
