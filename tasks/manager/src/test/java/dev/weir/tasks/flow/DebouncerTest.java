package dev.weir.tasks.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.gate.Deadline;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskHandle;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DebouncerTest {

  private static final Duration QUIET = Duration.ofMillis(300);
  private static final Duration MAX_WAIT = Duration.ofSeconds(1);

  private final SettableTime time = SettableTime.create();
  private final House house = House.open(time);
  private final ConcurrentLinkedQueue<String> runs = new ConcurrentLinkedQueue<>();
  private final Debouncer<String> reindex =
      open(Debounce.of(Task.named("reindex"), QUIET).maxWait(MAX_WAIT), runs::add);
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    house.close();
  }

  private Debouncer<String> open(Debounce how, Debouncer.KeyedJob<String> job) {
    return Debouncer.open(house.tasks, house.system, how, job);
  }

  private void pass(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  private void untilRuns(int count) {
    House.until(count + " runs", () -> runs.size() == count && house.tasks.tasks().isEmpty());
  }

  @Test
  void runs_once_when_it_has_been_quiet() {
    for (int i = 0; i < 3; i++) {
      reindex.call("doc");
      pass(200);
    }
    assertThat(runs).isEmpty();
    assertThat(reindex.waiting()).isEqualTo(1);
    pass(99);
    assertThat(house.tasks.snapshot().submitted()).isZero();
    pass(1);
    untilRuns(1);
    assertThat(reindex.waiting()).isZero();
    pass(10_000);
    assertThat(house.tasks.snapshot().submitted()).isEqualTo(1);
  }

  @Test
  void runs_after_the_longest_wait_though_calls_go_on() {
    for (int i = 0; i < 10; i++) {
      reindex.call("doc");
      pass(100);
    }
    untilRuns(1);
    reindex.call("doc");
    pass(299);
    assertThat(house.tasks.snapshot().submitted()).isEqualTo(1);
    pass(1);
    untilRuns(2);
  }

  @Test
  void waits_for_each_key_alone() {
    reindex.call("a");
    pass(200);
    reindex.call("b");
    pass(100);
    untilRuns(1);
    assertThat(runs).containsExactly("a");
    pass(200);
    untilRuns(2);
    assertThat(runs).containsExactly("a", "b");
  }

  @Test
  void makes_one_run_of_a_hundred_thousand_calls_from_many_threads() throws InterruptedException {
    Deque<Thread> callers = new ArrayDeque<>();
    for (int i = 0; i < 100; i++) {
      callers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int call = 0; call < 1_000; call++) {
                      reindex.call("doc-" + call % 10);
                    }
                  }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    pass(300);
    untilRuns(10);
    assertThat(runs).doesNotHaveDuplicates();
  }

  @Test
  void owes_what_is_called_for_during_a_run_and_never_overlaps_two_of_a_key() {
    var permits = new Semaphore(0);
    var together = new AtomicInteger();
    var most = new AtomicInteger();
    Debouncer<String> slow =
        open(
            Debounce.of(Task.named("slow"), QUIET),
            key -> {
              most.accumulateAndGet(together.incrementAndGet(), Math::max);
              permits.acquire();
              together.decrementAndGet();
              runs.add(key);
            });
    slow.call("doc");
    pass(300);
    House.until("the first run", () -> together.get() == 1);
    slow.call("doc");
    pass(5_000);
    permits.release(2);
    House.until("its end", () -> runs.size() == 1 && house.tasks.tasks().isEmpty());
    House.until(
        "the second run",
        () -> {
          pass(0);
          return runs.size() == 2;
        });
    assertThat(most).hasValue(1);
  }

  @Test
  void is_refused_now_and_tries_again_after_another_quiet_while() throws InterruptedException {
    var begun = new CountDownLatch(1);
    TaskHandle<Void> occupant =
        house.tasks.run(
            Task.named("occupant").bulkhead("none"),
            () -> {
              begun.countDown();
              hold.await();
            });
    begun.await();
    Debouncer<String> bounded =
        open(Debounce.of(Task.named("bounded").bulkhead("none"), QUIET), runs::add);
    bounded.call("doc");
    pass(300);
    assertThat(house.tasks.snapshot().rejected()).isEqualTo(1);
    hold.countDown();
    occupant.await();
    House.until("its permit", () -> house.tasks.tasks().isEmpty());
    pass(300);
    untilRuns(1);
  }

  @Test
  void takes_no_callers_deadline_along() {
    var seen = new AtomicReference<Boolean>();
    Debouncer<String> own =
        open(Debounce.of(Task.named("own"), QUIET), _ -> seen.set(Deadline.current().isBound()));
    Deadline.useWithin(
        Duration.ofMinutes(1),
        () -> {
          own.call("doc");
          own.flush();
        });
    House.until("the run", () -> seen.get() != null);
    assertThat(seen.get()).isFalse();
  }

  @Test
  void starts_what_waits_at_a_flush_and_at_its_close() {
    reindex.call("a");
    reindex.flush();
    untilRuns(1);
    reindex.call("b");
    reindex.close();
    untilRuns(2);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> reindex.call("c"))
        .withMessageContaining("'reindex' is closed");
  }

  @Test
  void forgets_what_a_closed_manager_refuses() {
    reindex.call("doc");
    house.tasks.stopAccepting();
    pass(300);
    assertThat(reindex.waiting()).isZero();
    pass(10_000);
    assertThat(house.tasks.snapshot().rejected()).isEqualTo(1);
  }

  @Test
  void goes_on_after_a_run_that_failed() {
    Debouncer<String> failing =
        open(
            Debounce.of(Task.named("failing"), QUIET),
            key -> {
              runs.add(key);
              throw new IllegalStateException("broken");
            });
    failing.call("doc");
    pass(300);
    untilRuns(1);
    failing.call("doc");
    pass(300);
    untilRuns(2);
    assertThat(Collections.frequency(runs, "doc")).isEqualTo(2);
  }

  @Test
  void names_everything_that_is_wrong_with_its_figures() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                new Debounce(
                    Task.named("reindex").dedupKey("k"), Duration.ZERO, Duration.ofMillis(-1)))
        .withMessageContaining("'reindex'")
        .withMessageContaining("quiet = PT0S must be positive")
        .withMessageContaining("maxWait = PT-0.001S must not be shorter")
        .withMessageContaining("dedup key 'k'");
  }
}
