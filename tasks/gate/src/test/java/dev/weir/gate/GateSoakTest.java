package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.AdmissionRejectedException.Reason;
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
import org.junit.jupiter.api.Timeout;

@Timeout(30) // a lost permit shows as a thread that waits for ever
class GateSoakTest {

  private static final int LIMIT = 16;

  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final List<LaneSettings> LANES =
      List.of(
          LaneSettings.named("a").reserved(2),
          LaneSettings.named("b").weight(3),
          LaneSettings.named("c").limit(5));

  private final Gate gate = Gate.open("soak", LIMIT, LANES);
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final LongAdder admitted = new LongAdder();
  private final Map<Reason, LongAdder> refused = new ConcurrentHashMap<>();

  private void visit(Lane lane, Deadline deadline) {
    visit(lane, deadline, () -> {});
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it; it lets more threads meet
  private void visit(Lane lane, Deadline deadline, Runnable work) {
    try {
      lane.acquire(deadline);
    } catch (AdmissionRejectedException refusal) {
      refused.computeIfAbsent(refusal.reason(), _ -> new LongAdder()).increment();
      return;
    }
    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    Thread.yield();
    work.run();
    inside.decrementAndGet();
    admitted.increment();
    lane.release();
  }

  private Lane lane(int i) {
    return gate.lane(NAMES.get(i % 3));
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

  /** What Failsafe's Bulkhead once did: each waiter that gave up took a permit along. */
  @Test
  void loses_no_permit_for_each_waiter_that_timed_out_or_was_interrupted() throws Exception {
    Lane lane = lane(2);
    for (int i = 0; i < 5; i++) {
      lane.acquire(Deadline.NONE);
    }
    for (int i = 0; i < 20; i++) {
      Deadline deadline = i % 2 == 0 ? Deadline.in(Duration.ofMillis(1)) : Deadline.NONE;
      Thread waiting = Thread.ofVirtual().start(() -> visit(lane, deadline));
      if (i % 2 == 1) {
        waiting.interrupt();
      }
      waiting.join();
    }
    assertThat(refused.keySet()).containsExactlyInAnyOrder(Reason.DEADLINE, Reason.INTERRUPTED);
    assertThat(refused.values()).allMatch(it -> it.sum() == 10);
    for (int i = 0; i < 5; i++) {
      lane.release();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(lane.tryAcquire()).isTrue();
    }
    assertThat(lane.tryAcquire()).isFalse();
  }

  @Test
  void has_every_permit_back_after_interrupts_timeouts_resizes_and_a_changing_supply()
      throws Exception {
    long seed = new Random().nextLong();
    System.out.println("soak seed " + seed);
    var random = new Random(seed);
    var gone = new AtomicInteger();
    Gate supplied = Gate.supplied("soak", LIMIT, LANES, () -> {});
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < LIMIT; i++) {
      supplied.addSupply();
    }
    for (int i = 0; i < 10_000; i++) {
      Lane lane = supplied.lane(NAMES.get(random.nextInt(3)));
      boolean breaks = random.nextInt(20) == 0;
      Deadline deadline = someDeadline(random);
      threads.add(
          Thread.ofVirtual()
              .start(() -> visit(lane, deadline, breaks ? () -> lose(supplied, gone) : () -> {})));
      if (random.nextInt(4) == 0) {
        threads.get(random.nextInt(threads.size())).interrupt();
      }
      if (random.nextInt(50) == 0) {
        supplied.resize(random.nextInt(2 * LIMIT));
      }
      if (random.nextInt(10) == 0 && supplied.tryTakeSupply()) {
        gone.incrementAndGet();
      }
      if (gone.get() > LIMIT / 2) {
        supplied.addSupply();
        gone.decrementAndGet();
      }
    }
    supplied.resize(LIMIT);
    for (Thread thread : threads) {
      while (!thread.join(Duration.ofMillis(1))) {
        if (gone.get() > 0) {
          supplied.addSupply();
          gone.decrementAndGet();
        }
      }
    }
    long told = admitted.sum() + refused.values().stream().mapToLong(LongAdder::sum).sum();
    assertThat(told).as("seed %d: everybody told once", seed).isEqualTo(10_000);
    assertThat(refused.keySet()).as("seed %d", seed).contains(Reason.DEADLINE, Reason.INTERRUPTED);
    assertThat(supplied.snapshot().queued()).as("seed %d", seed).isZero();
    assertThat(supplied.snapshot().supply()).as("seed %d", seed).isEqualTo(LIMIT - gone.get());
    assertEveryPermitIsThere(supplied, seed);
  }

  private static void assertEveryPermitIsThere(Gate gate, long seed) {
    assertThat(gate.snapshot().inUse()).as("seed %d: every permit back", seed).isZero();
    int permits = gate.snapshot().permits();
    for (int i = 0; i < permits; i++) {
      assertThat(gate.lane(i < permits - 2 ? "b" : "a").tryAcquire()).as("seed %d", seed).isTrue();
    }
    assertThat(gate.lane("a").tryAcquire()).as("seed %d: none too many", seed).isFalse();
  }

  private static Deadline someDeadline(Random random) {
    return random.nextInt(3) == 0
        ? Deadline.in(Duration.ofNanos(random.nextInt(2_000_000)))
        : Deadline.NONE;
  }

  private static void lose(Gate supplied, AtomicInteger gone) {
    supplied.loseSupply();
    gone.incrementAndGet();
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
      Deadline deadline = someDeadline(random);
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
