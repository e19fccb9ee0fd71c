package dev.weir.gate;

/**
 * A monotonic clock for every wait: its readings only mean something as differences.
 *
 * <p>Implementations are safe for use by many threads. A test gives one that it can set.
 */
@FunctionalInterface
public interface Ticker {

  /** The clock of this JVM, {@link System#nanoTime()}. */
  Ticker SYSTEM = System::nanoTime;

  /** The present reading in nanoseconds; it never runs backwards and may be negative. */
  long nanos();
}
