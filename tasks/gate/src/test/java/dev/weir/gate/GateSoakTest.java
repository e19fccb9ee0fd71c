package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class GateSoakTest {

  private static final int LIMIT = 16;

  private final Gate gate =
      Gate.open(
          "soak",
          LIMIT,
          List.of(
              LaneSettings.named("a").reserved(2),
              LaneSettings.named("b").weight(3),
              LaneSettings.named("c").limit(5)));
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final LongAdder admitted = new LongAdder();
  private final Map<AdmissionRejectedException.Reason, LongAdder> refused =
      new ConcurrentHashMap<>();

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it; it lets more threads meet
  private void visit(Lane lane, Deadline deadline) {
    try {
      lane.acquire(deadline);
    } catch (AdmissionRejectedException refusal) {
      refused.computeIfAbsent(refusal.reason(), _ -> new LongAdder()).increment();
      return;
    }
    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    Thread.yield();
    inside.decrementAndGet();
    admitted.increment();
    lane.release();
  }

  private Lane lane(int i) {
    return gate.lane(List.of("a", "b", "c").get(i % 3));
  }

  @Test
  void never_has_more_out_than_it_has_and_serves_ten_thousand_threads() throws Exception {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 10_000; i++) {
      Lane lane = lane(i);
      threads.add(Thread.ofVirtual().start(() -> visit(lane, Deadline.NONE)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(admitted.sum()).isEqualTo(10_000);
    assertThat(most.get()).isBetween(2, LIMIT);
    assertThat(gate.snapshot().inUse()).isZero();
    assertThat(gate.snapshot().queued()).isZero();
    assertThat(gate.snapshot().admitted()).isEqualTo(10_000);
  }

  @RepeatedTest(5)
  void loses_no_permit_to_interrupts_timeouts_and_closing_at_random() throws Exception {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var threads = new ArrayList<Thread>();
    var closing = new CountDownLatch(1);
    Thread closer =
        Thread.ofVirtual()
            .start(
                () -> {
                  awaitQuietly(closing);
                  gate.close();
                });
    for (int i = 0; i < 2_000; i++) {
      Lane lane = lane(i);
      Deadline deadline =
          random.nextInt(3) == 0
              ? Deadline.in(Duration.ofNanos(random.nextInt(2_000_000)))
              : Deadline.NONE;
      threads.add(Thread.ofVirtual().start(() -> visit(lane, deadline)));
      if (random.nextInt(3) == 0) {
        threads.get(random.nextInt(threads.size())).interrupt();
      }
      if (random.nextInt(50) == 0) {
        gate.resize(random.nextInt(2 * LIMIT));
      }
      if (i == 1_800) {
        closing.countDown();
      }
    }
    closer.join();
    for (Thread thread : threads) {
      thread.join();
    }
    long told = admitted.sum() + refused.values().stream().mapToLong(LongAdder::sum).sum();
    assertThat(told).as("seed %d: everybody told once", seed).isEqualTo(2_000);
    assertThat(gate.snapshot().inUse()).as("seed %d: every permit back", seed).isZero();
    assertThat(gate.snapshot().queued()).as("seed %d", seed).isZero();
    assertThat(gate.snapshot().rejected())
        .as("seed %d: every refusal counted", seed)
        .isEqualTo(2_000 - admitted.sum());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
