package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Deadline;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskDeadlineTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final SettableTime time = SettableTime.create();
  private final Recorder recorder = new Recorder();
  private final Fixture fixture = Fixture.open(time, recorder);
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  private static void assertTimedOut(TaskHandle<?> handle) {
    Fixture.until("the timeout", () -> handle.status().isDone());
    assertThat(handle.status()).isEqualTo(TaskStatus.CANCELLED);
    assertThatThrownBy(handle::await)
        .isInstanceOf(TaskCancelledException.class)
        .hasMessageContaining("its deadline passed")
        .hasCauseInstanceOf(TaskTimeoutException.class);
  }

  @Test
  void a_task_that_waits_too_long_never_begins() {
    var occupant = tasks.run(Task.named("o").bulkhead("one"), hold::await);
    var begun = new AtomicBoolean();
    var waiting =
        tasks.run(Task.named("w").bulkhead("one").deadline(SECOND), () -> begun.set(true));
    time.advance(SECOND.minusNanos(1));
    assertThat(waiting.status()).isEqualTo(TaskStatus.QUEUED);
    time.advance(Duration.ofNanos(1));
    assertTimedOut(waiting);
    hold.countDown();
    occupant.await();
    tasks.run(Task.named("after").bulkhead("one"), () -> {}).await();
    assertThat(begun).isFalse();
    assertThat(recorder.lines).contains("finished w TIMED_OUT 0");
  }

  @Test
  void a_running_task_is_interrupted_at_its_deadline() {
    var interrupted = new AtomicBoolean();
    var handle =
        tasks.run(
            Task.named("slow").deadline(SECOND),
            () -> {
              try {
                hold.await();
              } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
              }
            });
    Fixture.until("its start", () -> handle.status() == TaskStatus.RUNNING);
    time.advance(SECOND);
    assertTimedOut(handle);
    Fixture.until("the body's end", () -> tasks.tasks().isEmpty());
    assertThat(interrupted).isTrue();
    assertThat(tasks.snapshot().failed()).isZero();
    assertThat(recorder.lines).anyMatch(it -> it.startsWith("finished slow TIMED_OUT"));
  }

  @Test
  void a_task_sees_its_deadline() {
    Duration seen =
        tasks
            .submit(Task.named("t").deadline(SECOND), () -> Deadline.current().remaining())
            .await();
    assertThat(seen).isEqualTo(SECOND);
    assertThat(tasks.submit("t", () -> Deadline.current().isBound()).await()).isFalse();
  }

  @Test
  void the_sooner_of_the_tasks_and_the_submitters_deadline_counts() {
    Task task = Task.named("t").deadline(SECOND);
    Deadline sooner = Deadline.in(SECOND.dividedBy(2), time::nanos);
    Deadline later = Deadline.in(SECOND.multipliedBy(2), time::nanos);
    assertThat(sooner.call(() -> tasks.submit(task, () -> Deadline.current().remaining())).await())
        .isEqualTo(SECOND.dividedBy(2));
    assertThat(later.call(() -> tasks.submit(task, () -> Deadline.current().remaining())).await())
        .isEqualTo(SECOND);
    assertThat(later.call(() -> tasks.submit("none", () -> Deadline.current().remaining())).await())
        .isEqualTo(SECOND.multipliedBy(2));
  }

  @Test
  void a_task_submitted_after_the_submitters_deadline_never_begins() {
    var begun = new AtomicBoolean();
    Deadline passed = Deadline.in(Duration.ZERO, time::nanos);
    Task keyed = Task.named("t").dedupKey("k");
    assertTimedOut(passed.call(() -> tasks.run("t", () -> begun.set(true))));
    assertTimedOut(passed.call(() -> tasks.run(keyed, () -> begun.set(true))));
    assertThat(begun).isFalse();
    assertThat(tasks.tasks()).isEmpty();
    assertThat(tasks.submit(keyed, () -> 1).await()).isEqualTo(1);
  }

  @Test
  void a_task_that_ends_in_time_is_left_alone_at_its_deadline() {
    var handle = tasks.submit(Task.named("quick").deadline(SECOND), () -> 1);
    assertThat(handle.await()).isEqualTo(1);
    time.advance(SECOND.multipliedBy(2));
    assertThat(handle.status()).isEqualTo(TaskStatus.SUCCEEDED);
  }

  @Test
  void a_key_is_free_again_after_a_timeout() {
    Task task = Task.named("t").dedupKey("k").deadline(SECOND);
    var first = tasks.run(task, hold::await);
    time.advance(SECOND);
    assertTimedOut(first);
    assertThat(tasks.submit(task, () -> 1).await()).isEqualTo(1);
  }
}
