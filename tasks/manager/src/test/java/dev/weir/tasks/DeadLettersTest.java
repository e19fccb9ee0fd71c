package dev.weir.tasks;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Retry;
import dev.weir.tasks.failure.DeadLetter;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

  private final SettableTime time = SettableTime.create();
  private final Fixture fixture = Fixture.open(time, FailureSettings.usual().deadLetters(3));
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final DeadLetters letters = tasks.deadLetters();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private volatile boolean broken = true;

  @AfterEach
  void close() {
    fixture.close();
  }

  private TaskHandle<String> send(Task task, String mail) {
    return tasks.submit(
        task,
        () -> {
          if (broken) {
            throw new IOException("no route for " + mail);
          }
          done.add(mail);
          return mail;
        });
  }

  private TaskHandle<String> fail(String mail) {
    TaskHandle<String> handle = send(Task.named("mail"), mail);
    assertThatThrownBy(handle::await).isInstanceOf(TaskFailedException.class);
    return handle;
  }

  @Test
  void keep_what_failed_for_good_with_reason_attempts_and_times() {
    Retry retry = Retry.exponential(ofMillis(1), ofMillis(1)).attempts(2);
    TaskHandle<String> handle = send(Task.named("mail").retry(retry), "a");
    Fixture.until("the wait", () -> handle.status() == TaskStatus.RETRYING);
    assertThat(letters.list()).as("it has not failed for good").isEmpty();
    Fixture.passUntilDone(time, ofMillis(1), handle);
    assertThatThrownBy(handle::await).isInstanceOf(TaskFailedException.class);
    DeadLetter letter = letters.list().getFirst();
    assertThat(letter.name()).isEqualTo("mail");
    assertThat(letter.id()).isEqualTo(handle.id());
    assertThat(letter.attempts()).isEqualTo(2);
    assertThat(letter.reason()).isInstanceOf(IOException.class).hasMessage("no route for a");
    assertThat(letter.submitted()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(letter.failed()).isAfter(letter.submitted());
  }

  @Test
  void are_requeued_with_the_same_work_and_leave_the_list() {
    TaskHandle<String> first = fail("a");
    fail("b");
    broken = false;
    TaskHandle<?> again = letters.requeue(first.id()).orElseThrow();
    assertThat(again.await()).isEqualTo("a");
    assertThat(again.id()).isNotEqualTo(first.id());
    assertThat(first.status()).as("what has failed has failed").isEqualTo(TaskStatus.FAILED);
    assertThat(letters.list())
        .extracting(it -> it.reason().getMessage())
        .containsExactly("no route for b");
    assertThat(letters.requeue(first.id())).isEmpty();
  }

  @Test
  void are_requeued_many_at_once_in_the_order_of_their_failure() {
    fail("a");
    fail("b");
    fail("c");
    broken = false;
    List<TaskHandle<?>> handles = letters.requeue(it -> !it.reason().toString().endsWith("b"));
    assertThat(handles).hasSize(2).allSatisfy(TaskHandle::await);
    assertThat(done).containsExactlyInAnyOrder("a", "c");
    assertThat(letters.size()).isOne();
  }

  @Test
  void come_back_when_the_requeued_task_fails_again() {
    TaskHandle<String> first = fail("a");
    TaskHandle<?> again = letters.requeue(first.id()).orElseThrow();
    assertThatThrownBy(again::await).isInstanceOf(TaskFailedException.class);
    assertThat(letters.list())
        .singleElement()
        .satisfies(it -> assertThat(it.id()).isEqualTo(again.id()));
  }

  @Test
  void stay_when_requeuing_is_refused() {
    TaskHandle<String> first = send(Task.named("mail").bulkhead("one"), "a");
    assertThatThrownBy(first::await).isInstanceOf(TaskFailedException.class);
    var open = new CountDownLatch(1);
    TaskHandle<Void> holder = tasks.run(Task.named("h").bulkhead("one"), open::await);
    TaskHandle<Void> queued = tasks.run(Task.named("q").bulkhead("one"), () -> {});
    assertThatThrownBy(() -> letters.requeue(first.id()))
        .isInstanceOf(AdmissionRejectedException.class);
    assertThat(letters.size()).isOne();
    open.countDown();
    holder.await();
    queued.await();
  }

  @Test
  void are_bounded_and_the_oldest_is_dropped_and_counted() {
    List.of("a", "b", "c", "d", "e").forEach(this::fail);
    assertThat(letters.list())
        .extracting(it -> it.reason().getMessage())
        .containsExactly("no route for c", "no route for d", "no route for e");
    assertThat(letters.pushedOut()).isEqualTo(2);
  }

  @Test
  void can_be_dropped_one_by_one_or_many() {
    TaskHandle<String> first = fail("a");
    fail("b");
    fail("c");
    assertThat(letters.drop(first.id())).isTrue();
    assertThat(letters.drop(first.id())).isFalse();
    assertThat(letters.drop(_ -> true)).isEqualTo(2);
    assertThat(letters.list()).isEmpty();
  }

  @Test
  void are_neither_cancelled_tasks_nor_runs_that_come_again_nor_commands_with_a_future() {
    TaskHandle<Void> cancelled = tasks.run("c", () -> Thread.currentThread().join());
    Fixture.until("its start", () -> cancelled.status() == TaskStatus.RUNNING);
    cancelled.cancel();
    var future =
        tasks
            .executor("view")
            .submit(
                () -> {
                  throw new IOException();
                });
    Fixture.until("its failure", future::isDone);
    ScheduleHandle ticks =
        tasks.schedule(
            "tick",
            Schedule.every(ofSeconds(1)),
            () -> {
              throw new IOException();
            });
    time.advance(ofSeconds(1));
    Fixture.until("a failed run", () -> ticks.failures() == 1);
    Fixture.until("all ends", () -> tasks.tasks().isEmpty());
    assertThat(letters.list()).isEmpty();
  }
}
