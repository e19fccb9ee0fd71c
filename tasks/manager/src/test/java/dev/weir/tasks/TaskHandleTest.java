package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.Lane;
import dev.weir.gate.LaneSettings;
import dev.weir.tasks.LiveTask.Submission;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskHandleTest {

  private final Fixture fixture = Fixture.open();
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  private String held() throws InterruptedException {
    begun.countDown();
    hold.await();
    return "done";
  }

  private TaskHandle<String> heldTask() throws InterruptedException {
    TaskHandle<String> handle = tasks.submit("held", this::held);
    begun.await();
    return handle;
  }

  private TaskHandle<String> deafTask() throws InterruptedException {
    TaskHandle<String> handle =
        tasks.submit(
            "deaf",
            () -> {
              begun.countDown();
              Fixture.deafUntil(hold);
              return "late";
            });
    begun.await();
    return handle;
  }

  @Nested
  class A_task_that_returns {

    @Test
    void gives_its_result_to_everyone_who_waits() {
      TaskHandle<Integer> handle = tasks.submit("answer", () -> 42);
      assertThat(handle.await()).isEqualTo(42);
      assertThat(handle.await(Duration.ZERO)).isEqualTo(42);
      assertThat(handle.status()).isEqualTo(TaskStatus.SUCCEEDED);
      assertThat(handle.status().isDone()).isTrue();
    }

    @Test
    void has_the_name_it_was_given_and_a_number_of_its_own() {
      TaskHandle<Integer> one = tasks.submit("answer", () -> 1);
      TaskHandle<Integer> two = tasks.submit("answer", () -> 2);
      assertThat(one.name()).isEqualTo("answer");
      assertThat(one.id()).isNotEqualTo(two.id());
    }

    @Test
    void has_its_permit_figures_and_place_in_the_list_settled_when_the_result_shows() {
      for (int i = 0; i < 200; i++) {
        tasks.submit(Task.named("t").bulkhead("one").dedupKey("k"), () -> true).await();
        assertThat(tasks.tasks()).isEmpty();
        assertThat(tasks.snapshot().succeeded()).isEqualTo(i + 1);
        assertThat(tasks.snapshot().bulkheads().getFirst().inUse()).isZero();
      }
    }

    @Test
    void tells_how_long_it_ran() throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      assertThat(handle.ran()).isPresent();
      hold.countDown();
      handle.await();
      Duration ran = handle.ran().orElseThrow();
      assertThat(ran).isPositive().isEqualTo(handle.ran().orElseThrow());
    }

    @Test
    void keeps_neither_its_work_nor_its_thread() {
      LiveTask<Integer> run = (LiveTask<Integer>) tasks.submit("answer", () -> 42);
      run.await();
      assertThat(run.work).isNull();
      assertThat(run.info().stack()).isEmpty();
    }

    @Test
    void has_work_done_as_what_it_was_handed_in() {
      var both = new Both();
      assertThat(tasks.run("job", both).await()).isNull();
      assertThat(tasks.submit("callable", both).await()).isEqualTo("called");
      assertThat(both.runs).hasValue(1);
    }

    private static final class Both implements Job, Callable<String> {
      final AtomicInteger runs = new AtomicInteger();

      @Override
      public void run() {
        runs.incrementAndGet();
      }

      @Override
      public String call() {
        return "called";
      }
    }

    @Test
    void may_have_nothing_to_return() {
      assertThat(tasks.run("touch", () -> {}).await()).isNull();
    }
  }

  @Nested
  class A_task_that_throws {

    @Test
    void gives_what_it_threw_untouched() {
      var thrown = new IOException("disk full");
      TaskHandle<Void> handle =
          tasks.run(
              "write",
              () -> {
                throw thrown;
              });
      assertThatThrownBy(handle::await)
          .isInstanceOf(TaskFailedException.class)
          .hasMessageContaining("'write' (" + handle.id() + ") failed")
          .cause()
          .isSameAs(thrown);
      assertThat(handle.status()).isEqualTo(TaskStatus.FAILED);
      assertThat(thrown.getSuppressed()).isEmpty();
    }

    @Test
    void may_throw_an_error_too() {
      var error = new AssertionError("impossible");
      TaskHandle<Void> handle =
          tasks.run(
              "assert",
              () -> {
                throw error;
              });
      assertThatThrownBy(handle::await).cause().isSameAs(error);
    }

    @Test
    void has_an_out_of_memory_error_recorded_before_it_goes_on_its_way() {
      var error = new OutOfMemoryError("made up");
      TaskHandle<Void> handle =
          tasks.run(
              "hungry",
              () -> {
                Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
                throw error;
              });
      assertThatThrownBy(handle::await).cause().isSameAs(error);
      assertThat(tasks.snapshot().failed()).isOne();
    }

    @Test
    void fails_if_its_thread_cannot_be_started_and_gives_its_permit_back() {
      var engine = new Engine(fixture.system.parts(), _ -> null, null);
      Lane lane = Gate.open("g", 1, List.of(LaneSettings.named("l"))).lane("l");
      assertThat(lane.tryAcquire()).isTrue();
      Context nothing = Context.capture(Deadline.NONE, List.of());
      Callable<Integer> work = () -> 1;
      var run =
          new LiveTask<Integer>(
              engine, new Submission(Task.named("stillborn"), work, nothing), lane);
      var error = new OutOfMemoryError("made up");
      run.stillborn(error);
      assertThatThrownBy(run::await).cause().isSameAs(error);
      assertThat(lane.snapshot().inUse()).isZero();
    }
  }

  @Nested
  class Waiting {

    @Test
    void ends_in_time_while_the_task_goes_on() throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      assertThatThrownBy(() -> handle.await(Duration.ofMillis(5)))
          .isInstanceOf(TaskTimeoutException.class)
          .hasMessageContaining("goes on");
      assertThat(handle.status()).isEqualTo(TaskStatus.RUNNING);
      hold.countDown();
      assertThat(handle.await()).isEqualTo("done");
    }

    @Test
    void ends_at_the_callers_deadline_if_that_is_sooner() throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      Deadline.useWithin(
          Duration.ofMillis(5),
          () -> {
            assertThatThrownBy(handle::await).isInstanceOf(TaskTimeoutException.class);
            assertThatThrownBy(() -> handle.await(Duration.ofDays(1)))
                .isInstanceOf(TaskTimeoutException.class);
          });
    }

    @Test
    void ends_in_time_even_if_the_task_is_deaf() throws InterruptedException {
      TaskHandle<String> handle = deafTask();
      assertThatThrownBy(() -> handle.await(Duration.ofMillis(5)))
          .isInstanceOf(TaskTimeoutException.class);
    }

    @Test
    void ends_at_an_interrupt_keeps_the_flag_and_leaves_the_task_alone()
        throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      Thread.currentThread().interrupt();
      assertThatThrownBy(handle::await)
          .isInstanceOf(TaskInterruptedException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(handle.status()).isEqualTo(TaskStatus.RUNNING);
    }

    @Test
    void fails_in_one_family() throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      assertThatThrownBy(() -> handle.await(Duration.ZERO))
          .isInstanceOfSatisfying(
              TaskException.class,
              it -> {
                assertThat(it.task()).isEqualTo("held");
                assertThat(it.id()).isEqualTo(handle.id());
                assertThat(kind(it)).isEqualTo("timeout");
              });
    }

    /** Compiles without a default only while the family is sealed. */
    private static String kind(TaskException exception) {
      return switch (exception) {
        case TaskFailedException _ -> "failed";
        case TaskCancelledException _ -> "cancelled";
        case TaskTimeoutException _ -> "timeout";
        case TaskInterruptedException _ -> "interrupted";
      };
    }
  }

  @Nested
  class Cancelling {

    @Test
    void interrupts_a_running_task() throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      assertThat(handle.cancel()).isEqualTo(Cancellation.INTERRUPTED);
      assertThat(handle.status()).isEqualTo(TaskStatus.CANCELLED);
      assertThatThrownBy(handle::await)
          .isInstanceOf(TaskCancelledException.class)
          .hasMessageContaining("a caller cancelled it");
      Fixture.until("the body's end", () -> tasks.tasks().isEmpty());
      assertThat(tasks.snapshot().cancelled()).isOne();
      assertThat(tasks.snapshot().failed()).isZero();
    }

    @Test
    void answers_at_once_for_a_deaf_task_which_stays_listed_with_its_permit_until_its_end()
        throws InterruptedException {
      TaskHandle<String> handle =
          tasks.submit(
              Task.named("deaf").bulkhead("one"),
              () -> {
                begun.countDown();
                Fixture.deafUntil(hold);
                return "late";
              });
      begun.await();
      assertThat(handle.cancel()).isEqualTo(Cancellation.INTERRUPTED);
      assertThatThrownBy(() -> handle.await(Duration.ofMillis(5)))
          .isInstanceOf(TaskCancelledException.class);
      assertThat(tasks.tasks())
          .singleElement()
          .satisfies(it -> assertThat(it.status()).isEqualTo(TaskStatus.CANCELLED));
      assertThat(tasks.snapshot().running()).isOne();
      assertThat(tasks.snapshot().bulkheads().getFirst().inUse()).isOne();
      hold.countDown();
      Fixture.until("the body's end", () -> tasks.tasks().isEmpty());
      assertThat(tasks.snapshot().bulkheads().getFirst().inUse()).isZero();
      assertThat(handle.status()).isEqualTo(TaskStatus.CANCELLED);
    }

    @Test
    void comes_too_late_for_a_task_that_is_done() {
      TaskHandle<Integer> handle = tasks.submit("answer", () -> 42);
      handle.await();
      assertThat(handle.cancel()).isEqualTo(Cancellation.ALREADY_DONE);
      assertThat(handle.await()).isEqualTo(42);
    }

    @Test
    void twice_changes_nothing_more() throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      handle.cancel();
      assertThat(handle.cancel()).isEqualTo(Cancellation.ALREADY_DONE);
    }

    @Test
    void keeps_what_the_body_threw_on_its_way_out() throws InterruptedException {
      var onTheWayOut = new IllegalStateException("could not clean up");
      TaskHandle<String> handle =
          tasks.submit(
              "untidy",
              () -> {
                try {
                  return held();
                } catch (InterruptedException _) {
                  throw onTheWayOut;
                }
              });
      begun.await();
      handle.cancel();
      Fixture.until("the body's end", () -> tasks.tasks().isEmpty());
      assertThatThrownBy(handle::await)
          .satisfies(it -> assertThat(it.getSuppressed()).containsExactly(onTheWayOut));
    }
  }

  @Nested
  class Completion {

    @Test
    void brings_the_result() throws Exception {
      TaskHandle<Integer> handle = tasks.submit("answer", () -> 42);
      assertThat(handle.completion().toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(42);
      var later = new CompletableFuture<Integer>();
      handle.completion().thenAccept(later::complete);
      assertThat(later).isCompletedWithValue(42);
    }

    @Test
    void brings_the_tasks_own_throwable() {
      var thrown = new IOException("disk full");
      TaskHandle<Void> handle =
          tasks.run(
              "write",
              () -> {
                throw thrown;
              });
      var seen = new CompletableFuture<Throwable>();
      var _ = handle.completion().whenComplete((_, failure) -> seen.complete(failure));
      assertThat(seen.join()).isSameAs(thrown);
    }

    @Test
    void brings_a_cancellation() throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      var stage = handle.completion().toCompletableFuture();
      handle.cancel();
      assertThatThrownBy(() -> stage.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TaskCancelledException.class);
    }

    @Test
    void cannot_be_forced_by_a_user() throws InterruptedException {
      TaskHandle<String> handle = heldTask();
      handle.completion().toCompletableFuture().complete("forged");
      handle.completion().toCompletableFuture().cancel(true);
      assertThat(handle.status()).isEqualTo(TaskStatus.RUNNING);
      hold.countDown();
      assertThat(handle.await()).isEqualTo("done");
      assertThat(handle.completion().toCompletableFuture()).isCompletedWithValue("done");
    }
  }
}
