package dev.weir.monitoring.jvm;

import dev.weir.monitoring.finding.Findings;
import dev.weir.monitoring.finding.Look;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Whether threads wait for each other in a ring: broken, for nothing ends that but a restart. The
 * JVM finds such rings among platform threads alone.
 */
public final class DeadlockLook implements Look {

  private static final int SHOWN = 4;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  @Override
  public Findings look() {
    var findings = Findings.of("platform threads", threads.getThreadCount());
    long[] ring = threads.findDeadlockedThreads();
    if (ring == null) {
      return findings;
    }
    ThreadInfo[] infos = threads.getThreadInfo(ring, 1);
    String shown =
        Arrays.stream(infos)
            .filter(Objects::nonNull)
            .limit(SHOWN)
            .map(DeadlockLook::one)
            .collect(Collectors.joining(", "));
    return findings
        .figure("deadlocked", ring.length)
        .broken(
            "%d threads wait for each other for ever: %s".formatted(ring.length, shown),
            "restart the service; then let all take these locks in one order (jstack shows where"
                + " each waits)");
  }

  private static String one(ThreadInfo thread) {
    return "'%s' for a lock of '%s'".formatted(thread.getThreadName(), thread.getLockOwnerName());
  }
}
