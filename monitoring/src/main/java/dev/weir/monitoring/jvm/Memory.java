package dev.weir.monitoring.jvm;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/**
 * Figures of one moment, sizes in bytes.
 *
 * @param live heap that was in use after the last collection; 0 before the first
 * @param max the most the heap may hold
 * @param direct direct buffers in use, outside the heap
 * @param directMax the most they may hold
 * @param collecting time in which collections have stopped the program so far, in milliseconds
 * @param at the moment, in nanoseconds
 */
record Memory(long live, long max, long direct, long directMax, long collecting, long at) {

  static Memory ofThisProcess() {
    long live =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(Memory::afterCollection)
            .sum();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    long max = Runtime.getRuntime().maxMemory();
    return new Memory(live, max, direct, mostDirect(max), collectingMillis(), System.nanoTime());
  }

  private static long afterCollection(MemoryPoolMXBean pool) {
    MemoryUsage usage = pool.getCollectionUsage();
    return usage == null ? 0 : usage.getUsed();
  }

  /** Unless it is set, direct buffers may hold as much as the heap. */
  private static long mostDirect(long heap) {
    var options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (options == null) {
      return heap;
    }
    long set = Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
    return set > 0 ? set : heap;
  }

  /** Without those collectors' figures that tell of work beside the program. */
  private static long collectingMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(it -> !it.getName().contains("Cycles") && !it.getName().contains("Concurrent"))
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .filter(millis -> millis > 0)
        .sum();
  }

  long percent() {
    return live * 100 / max;
  }

  long directPercent() {
    return direct * 100 / directMax;
  }
}
