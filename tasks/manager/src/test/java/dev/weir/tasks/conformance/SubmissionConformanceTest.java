package dev.weir.tasks.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class SubmissionConformanceTest extends Conformance {

  private int plain;

  SubmissionConformanceTest(Kind kind) {
    super(kind);
  }

  @Test
  void a_command_is_run() throws InterruptedException {
    var ran = new CountDownLatch(1);
    executor.execute(ran::countDown);
    arrive(ran);
  }

  @Test
  void a_callable_gives_its_value() throws Exception {
    assertThat(get(executor.submit(() -> "value"))).isEqualTo("value");
  }

  @Test
  void a_runnable_gives_null_or_the_value_named_with_it() throws Exception {
    Runnable nothing = () -> {};
    assertThat((Object) get(executor.submit(nothing))).isNull();
    assertThat(get(executor.submit(nothing, "named"))).isEqualTo("named");
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without the checker may do
  void null_is_refused_in_each_place() {
    assertThatThrownBy(() -> executor.execute(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.submit((Runnable) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.submit((Callable<String>) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.submit(null, "value"))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void what_a_callable_throws_is_the_cause_untouched() {
    var thrown = new IOException("disk full");
    Future<String> future =
        executor.submit(
            () -> {
              throw thrown;
            });
    assertThatThrownBy(() -> get(future))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isSameAs(thrown);
  }

  @Test
  void an_error_of_a_runnable_is_a_cause_like_any_other() {
    var thrown = new AssertionError("never so");
    Runnable failing =
        () -> {
          throw thrown;
        };
    Future<?> future = executor.submit(failing);
    assertThatThrownBy(() -> get(future))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isSameAs(thrown);
  }

  @Test
  void one_that_fails_does_not_hinder_the_next() throws Exception {
    for (int i = 0; i < 10; i++) {
      var _ =
          executor.submit(
              () -> {
                throw new IOException("one of ten");
              });
    }
    assertThat(get(executor.submit(() -> 1))).isEqualTo(1);
  }

  @Test
  void a_wait_that_times_out_leaves_the_task_alone() throws Exception {
    Future<String> future = executor.submit(blocker());
    assertThatThrownBy(() -> future.get(1, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(future.isDone()).isFalse();
    hold.countDown();
    assertThat(get(future)).isEqualTo("held");
  }

  @Test
  void a_wait_that_is_interrupted_leaves_the_task_alone() throws Exception {
    Blocker blocker = blocker();
    Future<String> future = executor.submit(blocker);
    assertThat(thrownWhenInterrupted(future::get, blocker.begun))
        .isInstanceOf(InterruptedException.class);
    hold.countDown();
    assertThat(get(future)).isEqualTo("held");
  }

  @Test
  void a_future_says_where_it_stands() throws Exception {
    Blocker blocker = blocker();
    Future<String> good = executor.submit(blocker);
    arrive(blocker.begun);
    assertThat(good.state()).isEqualTo(Future.State.RUNNING);
    assertThatThrownBy(good::resultNow).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(good::exceptionNow).isInstanceOf(IllegalStateException.class);
    hold.countDown();
    get(good);
    assertThat(good.state()).isEqualTo(Future.State.SUCCESS);
    assertThat(good.resultNow()).isEqualTo("held");
    assertThatThrownBy(good::exceptionNow).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_future_that_failed_says_why() {
    var thrown = new IOException("disk full");
    Future<String> bad =
        executor.submit(
            () -> {
              throw thrown;
            });
    until("its failure", bad::isDone);
    assertThat(bad.state()).isEqualTo(Future.State.FAILED);
    assertThat(bad.exceptionNow()).isSameAs(thrown);
    assertThatThrownBy(bad::resultNow).isInstanceOf(IllegalStateException.class);
    assertThat(bad.isCancelled()).isFalse();
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // the inner one is what is asked for
  void a_task_may_submit_another() throws Exception {
    Future<Future<String>> outer = executor.submit(() -> executor.submit(() -> "inner"));
    assertThat(get(get(outer))).isEqualTo("inner");
  }

  @Test
  void commands_of_many_threads_run_once_each() throws Exception {
    var ran = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int k = 0; k < 20; k++) {
                      executor.execute(ran::incrementAndGet);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    executor.shutdown();
    ends();
    assertThat(ran).hasValue(80);
  }

  @Test
  void what_was_written_before_is_seen_inside_and_what_is_written_inside_after() throws Exception {
    for (int i = 0; i < 50; i++) {
      int before = i;
      plain = before;
      get(
          executor.submit(
              () -> {
                plain = plain == before ? before + 1_000 : -1;
              }));
      assertThat(plain).isEqualTo(before + 1_000);
    }
  }

  @Test
  void a_completable_future_that_it_runs_completes() throws Exception {
    assertThat(get(CompletableFuture.supplyAsync(() -> "value", executor))).isEqualTo("value");
    assertThatThrownBy(
            () ->
                get(
                    CompletableFuture.supplyAsync(
                        () -> {
                          throw new IllegalStateException("boom");
                        },
                        executor)))
        .hasRootCauseMessage("boom");
  }

  @Test
  void a_completion_service_on_it_hands_out_what_is_done() throws Exception {
    var service = new ExecutorCompletionService<Integer>(executor);
    for (int i = 0; i < 5; i++) {
      int value = i;
      var _ = service.submit(() -> value);
    }
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Future<Integer> done = service.poll(PATIENCE, TimeUnit.SECONDS);
      assertThat(done).isNotNull();
      values.add(done.resultNow());
    }
    assertThat(values).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }
}
