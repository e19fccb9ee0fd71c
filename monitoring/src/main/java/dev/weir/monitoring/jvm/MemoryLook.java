package dev.weir.monitoring.jvm;

import dev.weir.monitoring.finding.Findings;
import dev.weir.monitoring.finding.Look;
import java.util.function.Supplier;

/**
 * Whether garbage collection still finds room (what it left in the heap the last time, against the
 * most the heap may hold), whether direct buffers have room, and how much of the time collections
 * stop the program. Never worse than poor.
 */
public final class MemoryLook implements Look {

  private static final int FULL_PERCENT = 90;
  private static final int BUSY_PERCENT = 25;
  private static final long MIB = 1 << 20;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A share of less than a second says nothing: one collection would fill it. */
  private static final long SHORTEST_MILLIS = 1_000;

  private final Supplier<Memory> memory;
  private Memory before;
  private long share;

  /** Looks at this process. */
  public MemoryLook() {
    this(Memory::ofThisProcess);
  }

  MemoryLook(Supplier<Memory> memory) {
    this.memory = memory;
    this.before = memory.get();
  }

  @Override
  public Findings look() {
    Memory now = memory.get();
    long millis = (now.at() - before.at()) / NANOS_PER_MILLI;
    if (millis >= SHORTEST_MILLIS) {
      share = (now.collecting() - before.collecting()) * 100 / millis;
      before = now;
    }
    var findings =
        Findings.of("after collection", mib(now.live()))
            .figure("max", mib(now.max()))
            .figure("percent", now.percent())
            .figure("direct", mib(now.direct()))
            .figure("most direct", mib(now.directMax()))
            .figure("collecting", share + " %");
    judge(now, findings);
    return findings;
  }

  private void judge(Memory now, Findings findings) {
    if (now.percent() >= FULL_PERCENT) {
      findings.poor(
          "%d %% of the heap were still in use after the last garbage collection"
              .formatted(now.percent()),
          "raise -Xmx (now %s), or look for what is kept in a heap dump".formatted(mib(now.max())));
    }
    if (now.directPercent() >= FULL_PERCENT) {
      findings.poor(
          "direct buffers hold %d %% of what they may".formatted(now.directPercent()),
          "raise -XX:MaxDirectMemorySize (now %s), or look for buffers that are kept"
              .formatted(mib(now.directMax())));
    }
    if (share >= BUSY_PERCENT) {
      findings.poor(
          "garbage collection has stopped the program for %d %% of the time since the check before"
              .formatted(share),
          "raise -Xmx (now %s), or allocate less; -Xlog:gc shows each collection"
              .formatted(mib(now.max())));
    }
  }

  private static String mib(long bytes) {
    return bytes / MIB + " MiB";
  }
}
