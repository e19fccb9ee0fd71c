package dev.weir.tasks;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.gate.Retry;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.tasks.failure.Snooze;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetriedTaskTest {

  private static final Retry RETRY = Retry.exponential(ofMillis(100), ofSeconds(10)).attempts(5);

  private final SettableTime time = SettableTime.create();
  private final Recorder recorder = new Recorder();
  private final Fixture fixture = Fixture.open(time, FailureSettings.usual(), recorder);
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final List<Integer> attempts = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Fails so often, then returns the number of its try. */
  private int embed(int failures) throws IOException {
    int attempt = TaskRun.current().attempt();
    attempts.add(attempt);
    if (attempts.size() <= failures) {
      throw new IOException("try " + attempt);
    }
    return attempt;
  }

  private static void untilRetrying(TaskHandle<?> handle) {
    Fixture.until("the first failure", () -> handle.status() == TaskStatus.RETRYING);
  }

  @Test
  void is_tried_until_it_succeeds_and_knows_which_try_it_is() {
    TaskHandle<Integer> handle = tasks.submit(Task.named("embed").retry(RETRY), () -> embed(2));
    Fixture.passUntilDone(time, ofMillis(50), handle);
    assertThat(handle.await()).isEqualTo(3);
    assertThat(attempts).containsExactly(1, 2, 3);
    assertThat(handle.attempt()).isEqualTo(3);
    assertThat(tasks.snapshot().submitted()).isOne();
    assertThat(tasks.snapshot().succeeded()).isOne();
    assertThat(tasks.snapshot().failed()).isZero();
  }

  @Test
  void fails_with_what_its_last_try_threw() {
    TaskHandle<Integer> handle =
        tasks.submit(Task.named("embed").retry(RETRY.attempts(3)), () -> embed(9));
    Fixture.passUntilDone(time, ofMillis(50), handle);
    assertThatThrownBy(handle::await)
        .isInstanceOf(TaskFailedException.class)
        .hasRootCauseMessage("try 3");
    assertThat(recorder.lines).contains("retrying embed 1", "retrying embed 2");
    assertThat(recorder.lines).filteredOn(it -> it.startsWith("started")).hasSize(1);
    assertThat(tasks.snapshot().failed()).isOne();
  }

  @Test
  void is_not_tried_again_after_a_failure_that_the_plan_excludes() {
    TaskHandle<Integer> handle =
        tasks.submit(
            Task.named("embed").retry(RETRY.on(IllegalStateException.class)), () -> embed(9));
    assertThatThrownBy(handle::await).hasRootCauseMessage("try 1");
  }

  @Test
  void a_plan_that_throws_when_asked_ends_the_task_with_its_own_failure() {
    Retry broken =
        RETRY.after(
            _ -> {
              throw new IllegalStateException("broken plan");
            });
    TaskHandle<Integer> handle = tasks.submit(Task.named("embed").retry(broken), () -> embed(9));
    var failure = catchThrowableOfType(TaskFailedException.class, handle::await);
    assertThat(failure).hasRootCauseMessage("try 1");
    assertThat(failure.getCause())
        .extracting(Throwable::getSuppressed, InstanceOfAssertFactories.array(Throwable[].class))
        .singleElement()
        .asString()
        .contains("broken");
  }

  @Test
  void a_plan_that_throws_an_error_or_what_it_was_asked_about_ends_it_too() {
    Retry rethrowing =
        RETRY.after(
            failure -> {
              throw sneaky(failure);
            });
    Retry failing =
        RETRY.after(
            _ -> {
              throw new AssertionError("broken plan");
            });
    for (Retry broken : List.of(rethrowing, failing)) {
      attempts.clear();
      TaskHandle<Integer> handle = tasks.submit(Task.named("embed").retry(broken), () -> embed(9));
      var failure =
          catchThrowableOfType(
              TaskFailedException.class, () -> handle.await(Duration.ofSeconds(20)));
      assertThat(failure).hasRootCauseMessage("try 1");
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> RuntimeException sneaky(Throwable failure) throws X {
    throw (X) failure;
  }

  @Test
  void holds_neither_a_thread_nor_a_permit_between_two_tries() {
    TaskHandle<Integer> handle =
        tasks.submit(Task.named("embed").bulkhead("one").retry(RETRY), () -> embed(1));
    untilRetrying(handle);
    assertThat(tasks.tasks()).singleElement().satisfies(it -> assertThat(it.stack()).isEmpty());
    assertThat(tasks.snapshot().running()).isZero();
    assertThat(tasks.snapshot().queued()).isOne();
    TaskHandle<String> other = tasks.submit(Task.named("other").bulkhead("one"), () -> "in");
    assertThat(other.await()).isEqualTo("in");
    Fixture.passUntilDone(time, ofMillis(50), handle);
    assertThat(handle.await()).isEqualTo(2);
  }

  @Test
  void waits_on_when_it_finds_its_bulkhead_full_at_a_retry() {
    TaskHandle<Integer> handle =
        tasks.submit(Task.named("embed").bulkhead("one").retry(RETRY), () -> embed(1));
    untilRetrying(handle);
    var open = new CountDownLatch(1);
    TaskHandle<Void> holder = tasks.run(Task.named("holder").bulkhead("one"), open::await);
    TaskHandle<Void> queued = tasks.run(Task.named("queued").bulkhead("one"), () -> {});
    time.advance(ofSeconds(2));
    assertThat(handle.status()).isEqualTo(TaskStatus.RETRYING);
    open.countDown();
    holder.await();
    queued.await();
    Fixture.passUntilDone(time, ofMillis(50), handle);
    assertThat(handle.await()).isEqualTo(2);
  }

  @Test
  void can_be_cancelled_between_two_tries_and_says_what_it_had_failed_with() {
    TaskHandle<Integer> handle = tasks.submit(Task.named("embed").retry(RETRY), () -> embed(9));
    untilRetrying(handle);
    assertThat(handle.cancel()).isEqualTo(Cancellation.BEFORE_START);
    var why = catchThrowableOfType(TaskCancelledException.class, handle::await);
    assertThat(why.getSuppressed()).singleElement().asString().contains("try 1");
    time.advance(ofMinutes(1));
    assertThat(attempts).hasSize(1);
    assertThat(tasks.tasks()).isEmpty();
    assertThat(tasks.snapshot().queued()).isZero();
    assertThat(tasks.snapshot().cancelled()).isOne();
  }

  @Test
  void has_one_deadline_for_all_its_tries() {
    Retry slow = Retry.exponential(ofSeconds(1), ofMinutes(10)).attempts(100);
    TaskHandle<Integer> handle =
        tasks.submit(Task.named("embed").deadline(ofSeconds(30)).retry(slow), () -> embed(1_000));
    Fixture.passUntilDone(time, ofMillis(50), handle);
    assertThat(time.instant()).isBefore("2026-01-01T00:00:31Z");
    assertThatThrownBy(handle::await).isInstanceOf(TaskException.class);
  }

  @Test
  void keeps_its_key_between_two_tries() {
    Task task = Task.named("embed").dedupKey("doc-1").retry(RETRY);
    TaskHandle<Integer> handle = tasks.submit(task, () -> embed(1));
    untilRetrying(handle);
    assertThat(tasks.submit(task, () -> -1)).isSameAs(handle);
    Fixture.passUntilDone(time, ofMillis(50), handle);
  }

  @Test
  void an_interrupt_by_the_shutdown_is_no_failed_try() {
    var begun = new CountDownLatch(1);
    TaskHandle<Void> handle =
        tasks.run(
            Task.named("embed").retry(RETRY),
            () -> {
              begun.countDown();
              Thread.currentThread().join();
            });
    Fixture.until("its start", () -> begun.getCount() == 0);
    ShutdownReport report = tasks.close(Duration.ZERO);
    assertThat(report.interrupted()).containsExactly("embed");
    assertThat(handle.status()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(recorder.lines).noneMatch(it -> it.startsWith("retrying"));
    assertThat(tasks.snapshot().failed()).isZero();
    assertThat(tasks.deadLetters().list()).isEmpty();
  }

  @Test
  void a_close_names_the_tasks_that_waited_for_a_retry() {
    TaskHandle<Integer> handle = tasks.submit(Task.named("embed").retry(RETRY), () -> embed(9));
    untilRetrying(handle);
    assertThat(tasks.close(Duration.ZERO).unstarted()).containsExactly("embed");
    assertThat(handle.status()).isEqualTo(TaskStatus.CANCELLED);
  }

  @Test
  void can_ask_to_run_later_which_is_no_attempt_and_no_failure() {
    var tries = new CopyOnWriteArrayList<Instant>();
    TaskHandle<Integer> handle =
        tasks.submit(
            "poll",
            () -> {
              tries.add(time.instant());
              if (tries.size() <= 3) {
                throw Snooze.in(ofMinutes(1));
              }
              return TaskRun.current().attempt();
            });
    Fixture.passUntilDone(time, ofSeconds(10), handle);
    assertThat(tries).hasSize(4);
    for (int i = 1; i < 4; i++) {
      assertThat(tries.get(i)).isAfterOrEqualTo(tries.get(i - 1).plus(ofMinutes(1)));
    }
    assertThat(handle.await()).isOne();
    assertThat(recorder.lines).noneMatch(it -> it.startsWith("retrying"));
    assertThat(tasks.snapshot().failed()).isZero();
  }

  @Test
  void a_snooze_in_a_bulkhead_gives_its_permit_back() {
    TaskHandle<Void> handle =
        tasks.run(
            Task.named("poll").bulkhead("one"),
            () -> {
              throw Snooze.in(ofSeconds(1));
            });
    untilRetrying(handle);
    assertThat(tasks.submit(Task.named("other").bulkhead("one"), () -> 1).await()).isOne();
    assertThatThrownBy(() -> Snooze.in(Duration.ZERO)).hasMessageContaining("positive");
  }

  @Test
  void shares_a_budget_with_its_namesakes_so_that_retries_cannot_multiply_an_outage() {
    int load = 1_000; // in 10 s
    for (int i = 0; i < load; i++) {
      var _ =
          tasks.submit(
              Task.named("embed").retry(Retry.exponential(ofMillis(1), ofMillis(1)).attempts(5)),
              () -> {
                attempts.add(TaskRun.current().attempt());
                throw new IOException("outage");
              });
      int sent = i + 1;
      Fixture.until("its first try", () -> attempts.size() - retries() == sent);
      time.advance(ofMillis(10));
    }
    Fixture.until(
        "a retry",
        () -> {
          time.advance(ofMillis(1));
          return retries() > 0;
        });
    assertThat(retries()).isLessThanOrEqualTo(load / 10L);
  }

  private long retries() {
    return attempts.stream().filter(it -> it > 1).count();
  }

  @Test
  void waits_for_the_budget_rather_than_fail_and_is_tried_in_the_end() {
    for (int i = 0; i < 11; i++) { // ten retries are saved
      Fixture.passUntilDone(
          time,
          ofMillis(50),
          tasks.submit(
              Task.named("embed").retry(Retry.exponential(ofMillis(1), ofMillis(1)).attempts(2)),
              () -> {
                throw new IOException("always");
              }));
    }
    TaskHandle<Integer> handle = tasks.submit(Task.named("embed").retry(RETRY), () -> embed(1));
    Fixture.passUntilDone(time, ofMillis(50), handle);
    assertThat(handle.await()).isEqualTo(2);
  }
}
