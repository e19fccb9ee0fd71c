package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.tasks.executor.ExecutorViews;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TaskExecutorTest {

  private final Recorder recorder = new Recorder();
  private final Fixture fixture =
      Fixture.open(recorder, Map.of("imports", new BulkheadSettings(1, 2)));
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final ExecutorService executor = tasks.executor("imports");
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  private Future<Boolean> occupy() {
    var begun = new CountDownLatch(1);
    Future<Boolean> future =
        executor.submit(
            () -> {
              begun.countDown();
              hold.await();
              return true;
            });
    Fixture.until("the occupant", () -> begun.getCount() == 0);
    return future;
  }

  @Test
  void runs_its_commands_as_tasks_of_its_name_on_virtual_threads()
      throws ExecutionException, InterruptedException {
    assertThat(executor.submit(() -> Thread.currentThread().getName()).get())
        .startsWith("imports-");
    assertThat(executor.submit(() -> Thread.currentThread().isVirtual()).get()).isTrue();
    assertThat(executor.submit(() -> {}, "value").get()).isEqualTo("value");
    assertThat(executor.invokeAll(List.of(() -> 1, () -> 2))).allMatch(Future::isDone);
    assertThat(executor.invokeAny(List.<Callable<Integer>>of(() -> 7))).isEqualTo(7);
    assertThat(tasks.snapshot().bulkheads().getFirst().name()).isEqualTo("imports");
  }

  @Test
  void refuses_what_its_bulkhead_refuses_with_the_typed_cause() {
    var _ = occupy();
    executor.execute(() -> {});
    executor.execute(() -> {});
    assertThatThrownBy(() -> executor.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("gate 'imports'")
        .hasCauseInstanceOf(AdmissionRejectedException.class);
  }

  @Test
  void gives_the_failure_to_the_future_and_to_the_figures() {
    var thrown = new IOException("disk full");
    Future<Integer> future =
        executor.submit(
            () -> {
              throw thrown;
            });
    assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).cause().isSameAs(thrown);
    Fixture.until("the figures", () -> tasks.snapshot().failed() == 1);
  }

  @Test
  void drops_a_queued_command_whose_future_is_cancelled() {
    var _ = occupy();
    var ran = new AtomicBoolean();
    Future<?> queued = executor.submit(() -> ran.set(true));
    assertThat(queued.cancel(false)).isTrue();
    assertThat(tasks.snapshot().queued()).isZero();
    assertThat(tasks.snapshot().cancelled()).isOne();
    assertThat(ran).isFalse();
  }

  @RepeatedTest(20)
  void interrupts_a_running_command_whose_future_is_cancelled_so() {
    Future<Boolean> running = occupy();
    assertThat(running.cancel(true)).isTrue();
    assertThatThrownBy(running::get).isInstanceOf(CancellationException.class);
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
    assertThat(tasks.snapshot().cancelled()).isOne();
    assertThat(tasks.snapshot().failed()).isZero();
  }

  @Test
  void does_not_interrupt_a_running_command_whose_future_is_cancelled_gently() {
    var interrupted = new AtomicBoolean();
    var begun = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    Future<?> running =
        executor.submit(
            () -> {
              begun.countDown();
              Fixture.deafUntil(hold);
              interrupted.set(Thread.currentThread().isInterrupted());
              done.countDown();
            });
    Fixture.until("a start", () -> begun.getCount() == 0);
    running.cancel(false);
    hold.countDown();
    Fixture.until("its end", () -> done.getCount() == 0);
    assertThat(interrupted).isFalse();
  }

  @Test
  void shut_down_ends_that_view_alone_after_its_commands() throws InterruptedException {
    var _ = occupy();
    var ran = new CountDownLatch(1);
    executor.execute(ran::countDown);
    executor.shutdown();
    assertThat(executor.isShutdown()).isTrue();
    assertThat(executor.isTerminated()).isFalse();
    assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
    assertThatThrownBy(() -> executor.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("'imports' was shut down");
    tasks.executor("imports").execute(() -> {});
    hold.countDown();
    assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(executor.isTerminated()).isTrue();
    assertThat(ran.getCount()).isZero();
    assertThat(tasks.submit("still", () -> 1).await()).isEqualTo(1);
  }

  @Test
  void shut_down_now_interrupts_and_hands_back_what_had_not_begun() throws InterruptedException {
    Future<Boolean> running = occupy();
    Runnable queued = () -> {};
    executor.execute(queued);
    assertThat(executor.shutdownNow()).containsExactly(queued);
    assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(running::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void hands_back_a_future_that_can_still_be_run()
      throws ExecutionException, InterruptedException, TimeoutException {
    var _ = occupy();
    Future<Integer> queued = executor.submit(() -> 7);
    List<Runnable> never = executor.shutdownNow();
    assertThat(never).hasSize(1).first().isSameAs(queued);
    assertThat(queued.isDone()).isFalse();
    never.getFirst().run();
    assertThat(queued.get(20, TimeUnit.SECONDS)).isEqualTo(7);
  }

  @Nested
  class A_command_that_never_begins {

    private void assertCancelled(Future<?> future) {
      assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
          .isInstanceOf(CancellationException.class);
    }

    @Test
    void cancels_its_future_when_its_deadline_passes_in_the_queue() {
      var time = SettableTime.create();
      try (var late = Fixture.open(time, recorder)) {
        ExecutorService one = late.tasks.executor("one");
        var _ = one.submit(() -> hold.await(20, TimeUnit.SECONDS));
        Deadline deadline = Deadline.in(Duration.ofSeconds(1), time::nanos);
        Future<Integer> queued = deadline.call(() -> one.submit(() -> 1));
        time.advance(Duration.ofSeconds(1));
        assertCancelled(queued);
        assertThat(recorder.lines).contains("submitted one");
        Fixture.until("the figures", () -> recorder.lines.contains("finished one TIMED_OUT 0"));
      }
    }

    @Test
    @Timeout(30)
    void counts_as_a_failure_for_invoke_any() {
      Deadline passed = Deadline.in(Duration.ZERO);
      assertThatThrownBy(() -> passed.call(() -> executor.invokeAny(List.of(() -> 1, () -> 2))))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CancellationException.class);
    }

    @Test
    @Timeout(30)
    void does_not_keep_invoke_any_waiting_when_the_manager_closes() throws Exception {
      var _ = occupy();
      var failure = new AtomicReference<Throwable>();
      Thread waiter =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      executor.invokeAny(List.of(() -> 1));
                    } catch (Throwable any) {
                      failure.set(any);
                    }
                  });
      Fixture.until("it to queue", () -> tasks.snapshot().queued() == 1);
      tasks.close(Duration.ZERO);
      waiter.join();
      assertThat(failure.get()).hasCauseInstanceOf(CancellationException.class);
    }

    @Test
    void begins_late_and_sees_its_deadline_passed_if_nobody_would_hear_of_it() throws Exception {
      var time = SettableTime.create();
      try (var late = Fixture.open(time, recorder)) {
        ExecutorService one = late.tasks.executor("one");
        var _ = one.submit(() -> hold.await(20, TimeUnit.SECONDS));
        Deadline deadline = Deadline.in(Duration.ofSeconds(1), time::nanos);
        CompletableFuture<Boolean> future =
            deadline.call(
                () -> CompletableFuture.supplyAsync(() -> Deadline.current().hasPassed(), one));
        var service = new ExecutorCompletionService<Boolean>(one);
        var _ = deadline.call(() -> service.submit(() -> Deadline.current().hasPassed()));
        time.advance(Duration.ofSeconds(2));
        hold.countDown();
        assertThat(future.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(service.poll(20, TimeUnit.SECONDS).get()).isTrue();
        var after = deadline.call(() -> CompletableFuture.supplyAsync(() -> 7, one));
        assertThat(after.get(20, TimeUnit.SECONDS)).isEqualTo(7);
      }
    }

    @Test
    @Timeout(30)
    void does_not_keep_invoke_all_waiting() throws InterruptedException {
      Deadline passed = Deadline.in(Duration.ZERO);
      var futures = passed.call(() -> executor.invokeAll(List.of(() -> 1, () -> 2)));
      assertThat(futures).hasSize(2).allMatch(Future::isCancelled);
    }

    @Test
    void cancels_its_future_when_the_manager_closes() {
      var _ = occupy();
      Future<Integer> queued = executor.submit(() -> 1);
      var own = new FutureTask<>(() -> 2);
      executor.execute(own);
      tasks.close(Duration.ZERO);
      assertCancelled(queued);
      assertCancelled(own);
    }

    @Test
    void is_over_even_if_its_future_throws_when_told() {
      var _ = occupy();
      executor.execute(
          new FutureTask<>(() -> 2) {
            @Override
            protected void done() {
              throw new IllegalStateException("told");
            }
          });
      try (var log = new CapturedLog(ExecutorViews.class)) {
        tasks.close(Duration.ZERO);
        assertThat(log.messages()).anyMatch(it -> it.contains("'imports' never began"));
      }
      assertThat(tasks.tasks()).isEmpty();
      assertThat(tasks.snapshot().queued()).isZero();
    }
  }

  @Test
  void closes_by_waiting_for_its_commands() {
    var done = new ArrayList<Integer>();
    try (ExecutorService mine = tasks.executor("mine")) {
      mine.execute(() -> done.add(1));
    }
    assertThat(done).containsExactly(1);
  }
}
