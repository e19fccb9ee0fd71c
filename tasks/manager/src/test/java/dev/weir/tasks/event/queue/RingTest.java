package dev.weir.tasks.event.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 1_000})
  void holds_exactly_as_much_as_it_says_in_order_around_and_around(int capacity) {
    var ring = new Ring(capacity);
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < capacity; i++) {
        assertThat(ring.offer(i)).isNotEqualTo(Ring.FULL);
      }
      assertThat(ring.offer(-1)).isEqualTo(Ring.FULL);
      assertThat(ring.size()).isEqualTo(capacity);
      for (int i = 0; i < capacity; i++) {
        assertThat(ring.poll()).isEqualTo(i);
      }
      assertThat(ring.poll()).isNull();
      assertThat(ring.isEmpty()).isTrue();
    }
  }

  @Test
  void gives_a_hand_as_much_as_it_holds() {
    var ring = new Ring(10);
    var hand = new Hand(4);
    for (int i = 0; i < 6; i++) {
      ring.offer(i);
    }
    assertThat(ring.poll(hand)).isEqualTo(4);
    assertThat(hand.items()).containsExactly(0, 1, 2, 3);
    assertThat(ring.poll(hand)).isEqualTo(2);
    assertThat(ring.poll(hand)).isZero();
  }

  @Test
  void refuses_a_capacity_that_is_none() {
    assertThatThrownBy(() -> new Ring(0)).hasMessageContaining("capacity = 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void gives_each_item_of_many_threads_to_one_of_many_once(int capacity)
      throws InterruptedException {
    int each = 3_000;
    var ring = new Ring(capacity);
    var seen = ConcurrentHashMap.<Object>newKeySet();
    var twice = new AtomicInteger();
    var taken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      int from = t * each;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = from; i < from + each; i++) {
                      while (ring.offer(i) == Ring.FULL) {
                        Thread.onSpinWait();
                      }
                    }
                  }));
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (taken.get() < 3 * each) {
                      Object item = ring.poll();
                      if (item == null) {
                        Thread.onSpinWait();
                      } else {
                        taken.incrementAndGet();
                        twice.addAndGet(seen.add(item) ? 0 : 1);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(twice).hasValue(0);
    assertThat(seen).hasSize(3 * each);
  }
}
