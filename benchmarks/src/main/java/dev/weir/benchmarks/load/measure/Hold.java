package dev.weir.benchmarks.load.measure;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The waits of a load, which end on time and not before. */
public final class Hold {

  private Hold() {}

  /**
   * Parks the calling thread, as a thread does that waits for a server. A thread that holds without
   * ever parking keeps its processor, and nothing is learned about waiting.
   */
  public static void park(Duration time) {
    parkUntil(System.nanoTime() + time.toNanos());
  }

  /** Parks until that moment of {@link System#nanoTime}; an interrupt ends it and stays set. */
  public static void parkUntil(long at) {
    for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      LockSupport.parkNanos(left);
    }
  }
}
