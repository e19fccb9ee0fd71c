package dev.weir.monitoring;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.function.Supplier;

/**
 * Whether garbage collection still finds room: what it left in the heap the last time, against the
 * most the heap may hold. Never down.
 */
final class MemoryMonitor implements HealthMonitor {

  private static final String NAME = "memory";
  private static final int FULL_PERCENT = 90;
  private static final long MIB = 1 << 20;

  /**
   * Figures in bytes.
   *
   * @param live heap that was in use after the last collection; 0 before the first
   * @param max the most the heap may hold
   * @param direct direct buffers in use, outside the heap
   */
  record Memory(long live, long max, long direct) {

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
      return new Memory(live, Runtime.getRuntime().maxMemory(), direct);
    }

    private static long afterCollection(MemoryPoolMXBean pool) {
      MemoryUsage usage = pool.getCollectionUsage();
      return usage == null ? 0 : usage.getUsed();
    }

    long percent() {
      return live * 100 / max;
    }
  }

  private final Supplier<Memory> memory;

  MemoryMonitor(Supplier<Memory> memory) {
    this.memory = memory;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Kind kind() {
    return Kind.LIVENESS;
  }

  @Override
  public Health check() {
    Memory now = memory.get();
    Evidence evidence =
        Evidence.of("after collection", mib(now.live()))
            .and("max", mib(now.max()))
            .and("percent", now.percent())
            .and("direct", mib(now.direct()));
    if (now.percent() < FULL_PERCENT) {
      return new Health.Up(NAME, evidence);
    }
    return new Health.Degraded(
        NAME,
        "%d %% of the heap were still in use after the last garbage collection"
            .formatted(now.percent()),
        evidence,
        "raise -Xmx (now %s), or look for what is kept in a heap dump".formatted(mib(now.max())));
  }

  private static String mib(long bytes) {
    return bytes / MIB + " MiB";
  }
}
