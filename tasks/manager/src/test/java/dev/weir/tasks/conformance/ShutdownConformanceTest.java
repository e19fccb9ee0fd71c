package dev.weir.tasks.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class ShutdownConformanceTest extends Conformance {

  ShutdownConformanceTest(Kind kind) {
    super(kind);
  }

  @Test
  void shows_at_once() {
    assertThat(executor.isShutdown()).isFalse();
    assertThat(executor.isTerminated()).isFalse();
    executor.shutdown();
    executor.shutdown();
    assertThat(executor.isShutdown()).isTrue();
  }

  @Test
  void refuses_what_comes_later() {
    executor.shutdown();
    assertThatThrownBy(() -> executor.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> executor.submit(() -> 1))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void lets_what_was_accepted_end() throws Exception {
    Blocker blocker = occupy();
    List<Future<Integer>> futures = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int value = i;
      futures.add(executor.submit(() -> value));
    }
    executor.shutdown();
    hold.countDown();
    ends();
    assertThat(futures).allMatch(it -> it.state() == Future.State.SUCCESS);
    assertThat(blocker.interrupted.getCount()).isOne();
  }

  @Test
  void is_over_only_with_the_last_body() throws Exception {
    occupy();
    executor.shutdown();
    assertThat(executor.isTerminated()).isFalse();
    assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isFalse();
    assertThat(executor.awaitTermination(-1, TimeUnit.SECONDS)).isFalse();
    hold.countDown();
    ends();
    assertThat(executor.isTerminated()).isTrue();
    assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void of_an_idle_one_is_over_at_once() throws Exception {
    executor.shutdown();
    ends();
    assertThat(executor.isTerminated()).isTrue();
  }

  @Test
  void may_come_from_a_task() throws Exception {
    var over = new CountDownLatch(1);
    executor.execute(
        () -> {
          executor.shutdown();
          over.countDown();
        });
    arrive(over);
    ends();
  }

  @Test
  void a_wait_for_its_end_can_be_interrupted() throws Exception {
    Blocker blocker = blocker();
    var _ = executor.submit(blocker);
    executor.shutdown();
    assertThat(
            thrownWhenInterrupted(
                () -> executor.awaitTermination(PATIENCE, TimeUnit.SECONDS), blocker.begun))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void now_interrupts_what_runs() throws Exception {
    Blocker blocker = occupy();
    assertThat(executor.shutdownNow()).isEmpty();
    arrive(blocker.interrupted);
    ends();
    assertThat(executor.isShutdown()).isTrue();
  }

  @Test
  void now_of_an_idle_one_hands_nothing_back() throws Exception {
    assertThat(executor.shutdownNow()).isEmpty();
    assertThat(executor.shutdownNow()).isEmpty();
    ends();
  }

  @Test
  void now_refuses_what_comes_later() {
    assertThat(executor.shutdownNow()).isEmpty();
    assertThatThrownBy(() -> executor.submit(() -> 1))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void now_may_come_from_a_task_and_interrupts_it_too() throws Exception {
    var interrupted = new AtomicBoolean();
    var over = new CountDownLatch(1);
    executor.execute(
        () -> {
          var _ = executor.shutdownNow();
          interrupted.set(Thread.currentThread().isInterrupted());
          over.countDown();
        });
    arrive(over);
    ends();
    assertThat(interrupted).isTrue();
  }

  @Test
  void now_ends_only_when_a_deaf_body_does() throws Exception {
    var begun = new CountDownLatch(1);
    executor.execute(
        () -> {
          begun.countDown();
          boolean open = false;
          while (!open) {
            try {
              hold.await();
              open = true;
            } catch (InterruptedException _) {
              // deaf
            }
          }
        });
    arrive(begun);
    assertThat(executor.shutdownNow()).isEmpty();
    assertThat(executor.awaitTermination(5, TimeUnit.MILLISECONDS)).isFalse();
    hold.countDown();
    ends();
  }

  @Test
  void by_closing_waits_for_what_was_accepted() throws Exception {
    List<Future<Integer>> futures = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int value = i;
      futures.add(executor.submit(() -> value));
    }
    executor.close();
    executor.close();
    assertThat(executor.isTerminated()).isTrue();
    assertThat(futures).allMatch(it -> it.state() == Future.State.SUCCESS);
  }

  @Test
  void by_closing_gives_the_interrupt_of_who_waits_on_to_the_tasks() throws Exception {
    Blocker blocker = blocker();
    var _ = executor.submit(blocker);
    var kept = new AtomicBoolean();
    Thread closer =
        Thread.ofVirtual()
            .start(
                () -> {
                  executor.close();
                  kept.set(Thread.currentThread().isInterrupted());
                });
    arrive(blocker.begun);
    until("the shutdown", executor::isShutdown);
    closer.interrupt();
    closer.join();
    assertThat(kept).isTrue();
    arrive(blocker.interrupted);
    assertThat(executor.isTerminated()).isTrue();
  }
}
