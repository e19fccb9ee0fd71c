package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The way of a caller that finds a permit makes no garbage. */
class AllocationTest {

  private static final int CALLS = 20_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Gate gate =
      Gate.open("db", 4, List.of(LaneSettings.named("a").reserved(1), LaneSettings.named("b")));
  private final Lane lane = gate.lane("b");

  private void tryAndRelease() {
    for (int i = 0; i < CALLS; i++) {
      if (lane.tryAcquire()) {
        lane.release();
      }
    }
  }

  private void acquireAndRelease() {
    for (int i = 0; i < CALLS; i++) {
      lane.acquire(Deadline.NONE);
      lane.release();
    }
  }

  /** The least of some rounds: what the JVM itself does on this thread now and then is not ours. */
  private long leastBytes(Runnable round) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      round.run();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  @Test
  void try_and_release_allocate_0_bytes() {
    assertThat(leastBytes(this::tryAndRelease)).isZero();
    assertThat(lane.snapshot().admitted()).isEqualTo(20L * CALLS);
  }

  @Test
  void acquire_and_release_allocate_0_bytes() {
    assertThat(leastBytes(this::acquireAndRelease)).isZero();
    assertThat(lane.snapshot().admitted()).isEqualTo(20L * CALLS);
  }

  @Test
  void would_notice_one_object_a_call() {
    assertThat(leastBytes(() -> gate.snapshot())).isPositive();
  }
}
