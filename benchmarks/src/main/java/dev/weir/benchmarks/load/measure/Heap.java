package dev.weir.benchmarks.load.measure;

import java.lang.management.ManagementFactory;

/** What objects weigh: by the difference that they make to the heap after a full collection. */
public final class Heap {

  private static final int COLLECTIONS = 3;

  private Heap() {}

  /** Bytes in use after everything unreachable is gone. */
  public static long usedBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      ManagementFactory.getMemoryMXBean().gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
