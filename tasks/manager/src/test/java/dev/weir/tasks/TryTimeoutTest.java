package dev.weir.tasks;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Retry;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.testkit.SettableTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TryTimeoutTest {

  private final SettableTime time = SettableTime.create();
  private final Fixture fixture = Fixture.open(time, FailureSettings.usual());
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final AtomicInteger begun = new AtomicInteger();

  @AfterEach
  void close() {
    fixture.close();
  }

  private void untilBegun(int times) {
    Fixture.until("try " + times, () -> begun.get() == times);
  }

  @Test
  void interrupts_the_try_which_has_failed_then() {
    TaskHandle<Void> handle =
        tasks.run(
            Task.named("slow").timeout(ofSeconds(2)),
            () -> {
              begun.incrementAndGet();
              Thread.currentThread().join();
            });
    untilBegun(1);
    time.advance(ofSeconds(2));
    assertThatThrownBy(handle::await)
        .isInstanceOf(TaskFailedException.class)
        .cause()
        .isInstanceOf(TaskTimeoutException.class)
        .hasMessageContaining("Try 1")
        .hasMessageContaining("PT2S");
    assertThat(tasks.snapshot().failed()).isOne();
  }

  @Test
  void counts_for_each_try_alone() {
    TaskHandle<Integer> handle =
        tasks.submit(
            Task.named("slow")
                .timeout(ofSeconds(2))
                .retry(Retry.exponential(ofMillis(1), ofMillis(1))),
            () -> {
              if (begun.incrementAndGet() < 3) {
                Thread.currentThread().join();
              }
              assertThat(Thread.currentThread().isInterrupted()).isFalse();
              return TaskRun.current().attempt();
            });
    for (int i = 1; i < 3; i++) {
      untilBegun(i);
      time.advance(ofSeconds(2));
      int next = i + 1;
      Fixture.passUntil("try " + next, time, ofMillis(2), handle, () -> begun.get() == next);
    }
    assertThat(handle.await()).isEqualTo(3);
  }

  @Test
  void a_try_in_time_leaves_no_alarm_behind() {
    TaskHandle<Integer> handle = tasks.submit(Task.named("quick").timeout(ofSeconds(2)), () -> 1);
    assertThat(handle.await()).isOne();
    time.advance(ofSeconds(10));
    assertThat(handle.status()).isEqualTo(TaskStatus.SUCCEEDED);
  }

  @Test
  void a_try_that_is_deaf_to_the_interrupt_does_not_hold_up_who_waits() {
    var open = new CountDownLatch(1);
    TaskHandle<Void> handle =
        tasks.run(
            Task.named("deaf").timeout(ofSeconds(2)),
            () -> {
              begun.incrementAndGet();
              Fixture.deafUntil(open);
            });
    untilBegun(1);
    time.advance(ofSeconds(2));
    time.advance(TryTimeout.GRACE);
    assertThatThrownBy(handle::await)
        .isInstanceOf(TaskCancelledException.class)
        .hasMessageContaining("ran on after its timeout")
        .hasCauseInstanceOf(TaskTimeoutException.class);
    assertThat(tasks.lingering())
        .singleElement()
        .satisfies(it -> assertThat(it.name()).isEqualTo("deaf"));
    open.countDown();
    Fixture.until("its end", () -> tasks.lingering().isEmpty());
  }

  @Test
  void a_try_that_was_given_up_is_not_followed_by_another() {
    var open = new CountDownLatch(1);
    TaskHandle<Void> handle =
        tasks.run(
            Task.named("deaf")
                .timeout(ofSeconds(2))
                .retry(Retry.exponential(ofMillis(1), ofMillis(1))),
            () -> {
              begun.incrementAndGet();
              Fixture.deafUntil(open);
            });
    untilBegun(1);
    time.advance(ofSeconds(2));
    time.advance(TryTimeout.GRACE);
    open.countDown();
    // Cancelled, or failed if the try came to its end before the cancel.
    assertThatThrownBy(handle::await)
        .isInstanceOfAny(TaskCancelledException.class, TaskFailedException.class);
    Fixture.until("its end", () -> tasks.lingering().isEmpty());
    time.advance(ofSeconds(10));
    assertThat(begun).hasValue(1);
  }
}
