package dev.weir.tasks.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(names = {"SCHEDULED_POOL", "WEIR_SCHEDULED"})
class DelayConformanceTest extends Conformance {

  private final ScheduledExecutorService scheduler = (ScheduledExecutorService) executor;

  DelayConformanceTest(Kind kind) {
    super(kind);
  }

  @Test
  void a_runnable_runs_after_its_delay_and_not_before() throws Exception {
    long start = System.nanoTime();
    var ran = new CountDownLatch(1);
    ScheduledFuture<?> future = scheduler.schedule(ran::countDown, 20, TimeUnit.MILLISECONDS);
    arrive(ran);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
    assertThat((Object) get(future)).isNull();
    assertThat(future.state()).isEqualTo(Future.State.SUCCESS);
  }

  @Test
  void a_callable_gives_its_value_after_its_delay() throws Exception {
    assertThat(get(scheduler.schedule(() -> "value", 5, TimeUnit.MILLISECONDS))).isEqualTo("value");
  }

  @Test
  void no_delay_or_less_runs_at_once() throws Exception {
    assertThat(get(scheduler.schedule(() -> 1, 0, TimeUnit.SECONDS))).isEqualTo(1);
    assertThat(get(scheduler.schedule(() -> 2, -5, TimeUnit.DAYS))).isEqualTo(2);
    assertThat(get(scheduler.schedule(() -> 3, Long.MIN_VALUE, TimeUnit.DAYS))).isEqualTo(3);
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without the checker may do
  void null_is_refused_in_each_place() {
    assertThatThrownBy(() -> scheduler.schedule((Runnable) null, 1, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> scheduler.schedule((Callable<String>) null, 1, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> scheduler.schedule(() -> 1, 1, null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void what_it_throws_is_the_cause_untouched() {
    var thrown = new IOException("disk full");
    Callable<String> failing =
        () -> {
          throw thrown;
        };
    ScheduledFuture<String> future = scheduler.schedule(failing, 1, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> get(future))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isSameAs(thrown);
  }

  @Test
  void a_future_knows_how_long_it_still_waits() {
    ScheduledFuture<?> future = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
    assertThat(future.getDelay(TimeUnit.MINUTES)).isBetween(30L, 60L);
    assertThat(future.getDelay(TimeUnit.NANOSECONDS)).isPositive();
    until("time to pass", () -> future.getDelay(TimeUnit.MILLISECONDS) < 3_600_000);
    assertThat(((RunnableScheduledFuture<?>) future).isPeriodic()).isFalse();
  }

  @Test
  void futures_are_ordered_by_their_time_and_then_by_their_submission() {
    ScheduledFuture<?> later = scheduler.schedule(() -> {}, 2, TimeUnit.HOURS);
    ScheduledFuture<?> sooner = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
    ScheduledFuture<?> never = scheduler.schedule(() -> {}, Long.MAX_VALUE, TimeUnit.DAYS);
    assertThat(sooner.compareTo(later)).isNegative();
    assertThat(later.compareTo(sooner)).isPositive();
    assertThat(later.compareTo(never)).isNegative();
    assertThat(never.getDelay(TimeUnit.DAYS)).isGreaterThan(365);
  }

  @Test
  void one_cancelled_in_time_never_runs() throws Exception {
    var ran = new AtomicBoolean();
    ScheduledFuture<?> future = scheduler.schedule(() -> ran.set(true), 50, TimeUnit.MILLISECONDS);
    assertThat(future.cancel(false)).isTrue();
    assertThat(future.isCancelled()).isTrue();
    assertThatThrownBy(() -> get(future)).isInstanceOf(CancellationException.class);
    assertThat(get(scheduler.schedule(() -> 1, 100, TimeUnit.MILLISECONDS))).isEqualTo(1);
    assertThat(ran).isFalse();
  }

  @Test
  void one_that_runs_is_interrupted_by_its_future() throws Exception {
    Blocker blocker = blocker();
    ScheduledFuture<String> future = scheduler.schedule(blocker, 1, TimeUnit.MILLISECONDS);
    arrive(blocker.begun);
    assertThat(future.cancel(true)).isTrue();
    arrive(blocker.interrupted);
  }

  @Test
  void a_cancellation_that_meets_the_start_leaves_nothing_behind() throws Exception {
    for (int i = 0; i < 500; i++) {
      ScheduledFuture<?> once = scheduler.schedule(() -> {}, 0, TimeUnit.NANOSECONDS);
      ScheduledFuture<?> again =
          scheduler.scheduleAtFixedRate(() -> {}, 0, 1, TimeUnit.NANOSECONDS);
      once.cancel(i % 2 == 0);
      again.cancel(i % 2 == 0);
      assertThat(again.isCancelled()).isTrue();
    }
    scheduler.shutdown();
    ends();
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // the inner one is what is asked for
  void a_task_may_schedule_another() throws Exception {
    Future<ScheduledFuture<String>> outer =
        scheduler.submit(() -> scheduler.schedule(() -> "inner", 1, TimeUnit.MILLISECONDS));
    assertThat(get(get(outer))).isEqualTo("inner");
  }

  @Test
  void shutdown_lets_what_waits_run_at_its_time() throws Exception {
    ScheduledFuture<Integer> future = scheduler.schedule(() -> 7, 50, TimeUnit.MILLISECONDS);
    scheduler.shutdown();
    assertThat(scheduler.isTerminated()).isFalse();
    assertThat(get(future)).isEqualTo(7);
    ends();
  }

  @Test
  void shutdown_with_the_last_one_cancelled_is_over() throws Exception {
    ScheduledFuture<?> future = scheduler.schedule(() -> {}, 500, TimeUnit.MILLISECONDS);
    scheduler.shutdown();
    future.cancel(false);
    ends();
  }

  @Test
  void shutdown_refuses_what_comes_later() {
    scheduler.shutdown();
    assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, TimeUnit.MILLISECONDS))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> scheduler.schedule(() -> 1, 1, TimeUnit.MILLISECONDS))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> scheduler.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.MILLISECONDS))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(
            () -> scheduler.scheduleWithFixedDelay(() -> {}, 1, 1, TimeUnit.MILLISECONDS))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void shutdown_now_hands_back_what_waits_as_it_is() throws Exception {
    ScheduledFuture<Integer> once = scheduler.schedule(() -> 7, 1, TimeUnit.HOURS);
    ScheduledFuture<?> again = scheduler.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
    assertThat(scheduler.shutdownNow())
        .containsExactlyInAnyOrder((Runnable) once, (Runnable) again);
    ends();
    assertThat(once.isDone()).isFalse();
    assertThat(again.isDone()).isFalse();
  }

  @Test
  void shutdown_now_interrupts_one_that_runs() throws Exception {
    Blocker blocker = blocker();
    var _ = scheduler.schedule(blocker, 1, TimeUnit.MILLISECONDS);
    arrive(blocker.begun);
    assertThat(scheduler.shutdownNow()).isEmpty();
    arrive(blocker.interrupted);
    ends();
  }
}
