package dev.weir.benchmarks.load.measure;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this JVM has used so far: time, processor time of all its threads, bytes allocated by them.
 * Immutable.
 *
 * @param wallNanos by {@link System#nanoTime}
 * @param cpuNanos of the whole process, in steps of the machine's tick
 * @param bytes of all threads
 */
public record Usage(long wallNanos, long cpuNanos, long bytes) {

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  /** Nothing. */
  public static final Usage NONE = new Usage(0, 0, 0);

  /** As of now. */
  public static Usage now() {
    return new Usage(
        System.nanoTime(), SYSTEM.getProcessCpuTime(), THREADS.getTotalThreadAllocatedBytes());
  }

  /**
   * As of now, with the processor time of the live Java threads alone: exact to the nanosecond
   * where the whole process is told in ticks, and without the compiler's and the collector's. For
   * slices shorter than a second during which no thread ends.
   */
  public static Usage ofThreads() {
    long cpu = 0;
    for (long nanos : THREADS.getThreadCpuTime(THREADS.getAllThreadIds())) {
      cpu += Math.max(0, nanos);
    }
    return new Usage(System.nanoTime(), cpu, THREADS.getTotalThreadAllocatedBytes());
  }

  /** What was used since then. */
  public Usage since(Usage earlier) {
    return new Usage(
        wallNanos - earlier.wallNanos, cpuNanos - earlier.cpuNanos, bytes - earlier.bytes);
  }

  /** Both together. */
  public Usage plus(Usage other) {
    return new Usage(wallNanos + other.wallNanos, cpuNanos + other.cpuNanos, bytes + other.bytes);
  }

  /** Seconds that passed. */
  public double seconds() {
    return wallNanos / 1e9;
  }

  /** Microseconds of processor time. */
  public double cpuMicros() {
    return cpuNanos / 1e3;
  }
}
