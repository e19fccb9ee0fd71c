package dev.weir.monitoring.slo;

import dev.weir.gate.Ticker;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something the service does again and again and has objectives for. Kept and used again and again;
 * recording takes no lock and allocates nothing. Safe for use by many threads.
 */
public final class Operation {

  private final String name;
  private final Ticker ticker;
  private final List<Tally> tallies;

  Operation(String name, Ticker ticker, List<Tally> tallies) {
    this.name = name;
    this.ticker = ticker;
    this.tallies = List.copyOf(tallies);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /**
   * One call has ended.
   *
   * @param took how long it took; below zero is taken as zero
   * @param ok whether it succeeded
   */
  public void record(Duration took, boolean ok) {
    record(took.toNanos(), ok);
  }

  /**
   * As the other.
   *
   * @param nanos nanoseconds it took; below zero is taken as zero
   * @param ok whether it succeeded
   */
  public void record(long nanos, boolean ok) {
    long took = Math.max(0, nanos);
    for (int i = 0; i < tallies.size(); i++) { // no iterator
      tallies.get(i).record(took, ok);
    }
  }

  /**
   * Runs {@code work} as one call: it has failed if it throws.
   *
   * @throws X what the work throws, untouched
   */
  public <R extends @Nullable Object, X extends Throwable> R measure(
      ScopedValue.CallableOp<R, X> work) throws X {
    long start = ticker.nanos();
    boolean ok = false;
    try {
      R result = work.call();
      ok = true;
      return result;
    } finally {
      record(ticker.nanos() - start, ok);
    }
  }
}
