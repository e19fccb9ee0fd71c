package dev.weir.tasks.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(names = {"SCHEDULED_POOL", "WEIR_SCHEDULED"})
class PeriodConformanceTest extends Conformance {

  private final ScheduledExecutorService scheduler = (ScheduledExecutorService) executor;

  PeriodConformanceTest(Kind kind) {
    super(kind);
  }

  /** The two ways to come again. */
  enum Way {
    RATE {
      @Override
      ScheduledFuture<?> schedule(
          ScheduledExecutorService on, Runnable command, long first, long period) {
        return on.scheduleAtFixedRate(command, first, period, TimeUnit.MILLISECONDS);
      }
    },
    DELAY {
      @Override
      ScheduledFuture<?> schedule(
          ScheduledExecutorService on, Runnable command, long first, long period) {
        return on.scheduleWithFixedDelay(command, first, period, TimeUnit.MILLISECONDS);
      }
    };

    abstract ScheduledFuture<?> schedule(
        ScheduledExecutorService on, Runnable command, long first, long period);
  }

  @ParameterizedTest
  @EnumSource
  void comes_again_and_again(Way way) throws Exception {
    var runs = new CountDownLatch(5);
    ScheduledFuture<?> future = way.schedule(scheduler, runs::countDown, 1, 2);
    arrive(runs);
    assertThat(future.isDone()).isFalse();
    assertThat(((RunnableScheduledFuture<?>) future).isPeriodic()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void comes_first_at_once_if_told_so(Way way) throws Exception {
    var ran = new CountDownLatch(2);
    var _ = way.schedule(scheduler, ran::countDown, 0, 3_600_000);
    var _ = way.schedule(scheduler, ran::countDown, -1, 3_600_000);
    arrive(ran);
  }

  @ParameterizedTest
  @EnumSource
  void a_period_must_be_positive(Way way) {
    assertThatThrownBy(() -> way.schedule(scheduler, () -> {}, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> way.schedule(scheduler, () -> {}, 1, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("NullAway") // what a caller without the checker may do
  void null_is_refused(Way way) {
    assertThatThrownBy(() -> way.schedule(scheduler, null, 1, 1))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> scheduler.scheduleAtFixedRate(() -> {}, 1, 1, null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> scheduler.scheduleWithFixedDelay(() -> {}, 1, 1, null))
        .isInstanceOf(NullPointerException.class);
  }

  @ParameterizedTest
  @EnumSource
  void ends_with_the_first_failure(Way way) {
    var thrown = new IllegalStateException("boom");
    var runs = new AtomicInteger();
    ScheduledFuture<?> future =
        way.schedule(
            scheduler,
            () -> {
              if (runs.incrementAndGet() == 3) {
                throw thrown;
              }
            },
            0,
            1);
    assertThatThrownBy(() -> get(future))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isSameAs(thrown);
    assertThat(future.isDone()).isTrue();
    assertThat(future.isCancelled()).isFalse();
    assertThat(runs).hasValue(3);
  }

  @ParameterizedTest
  @EnumSource
  void ends_when_cancelled(Way way) throws Exception {
    var runs = new CountDownLatch(2);
    ScheduledFuture<?> future = way.schedule(scheduler, runs::countDown, 0, 1);
    arrive(runs);
    assertThat(future.cancel(false)).isTrue();
    assertThatThrownBy(() -> get(future)).isInstanceOf(CancellationException.class);
    scheduler.shutdown();
    ends();
  }

  @ParameterizedTest
  @EnumSource
  void may_be_cancelled_by_a_run_of_its_own(Way way) throws Exception {
    var self = new AtomicReference<@Nullable ScheduledFuture<?>>();
    var known = new CountDownLatch(1);
    var runs = new AtomicInteger();
    ScheduledFuture<?> future =
        way.schedule(
            scheduler,
            () -> {
              try {
                arrive(known);
              } catch (InterruptedException interrupt) {
                throw new IllegalStateException(interrupt);
              }
              runs.incrementAndGet();
              ScheduledFuture<?> mine = self.get();
              if (mine != null) {
                mine.cancel(false);
              }
            },
            0,
            1);
    self.set(future);
    known.countDown();
    assertThatThrownBy(() -> get(future)).isInstanceOf(CancellationException.class);
    scheduler.shutdown();
    ends();
    assertThat(runs).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource
  void is_interrupted_in_a_run_by_its_future(Way way) throws Exception {
    Blocker blocker = blocker();
    ScheduledFuture<?> future =
        way.schedule(
            scheduler,
            () -> {
              try {
                blocker.call();
              } catch (InterruptedException _) {
                // counted by the blocker
              }
            },
            0,
            1);
    arrive(blocker.begun);
    assertThat(future.cancel(true)).isTrue();
    arrive(blocker.interrupted);
    scheduler.shutdown();
    ends();
  }

  @ParameterizedTest
  @EnumSource
  void a_wait_for_it_times_out_while_it_goes_on(Way way) {
    ScheduledFuture<?> future = way.schedule(scheduler, () -> {}, 0, 1);
    assertThatThrownBy(() -> future.get(10, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  @ParameterizedTest
  @EnumSource
  void shutdown_cancels_what_waits(Way way) throws Exception {
    ScheduledFuture<?> future = way.schedule(scheduler, () -> {}, 3_600_000, 3_600_000);
    scheduler.shutdown();
    ends();
    assertThat(future.isCancelled()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void shutdown_lets_a_run_end_and_cancels_then(Way way) throws Exception {
    var begun = new CountDownLatch(1);
    var ended = new AtomicBoolean();
    ScheduledFuture<?> future =
        way.schedule(
            scheduler,
            () -> {
              begun.countDown();
              try {
                arrive(hold);
              } catch (InterruptedException interrupt) {
                throw new IllegalStateException(interrupt);
              }
              ended.set(true);
            },
            0,
            1);
    arrive(begun);
    scheduler.shutdown();
    assertThat(scheduler.isTerminated()).isFalse();
    hold.countDown();
    ends();
    assertThat(ended).isTrue();
    assertThat(future.isCancelled()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void runs_never_overlap(Way way) throws Exception {
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var runs = new CountDownLatch(20);
    var _ =
        way.schedule(
            scheduler,
            () -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              Thread.onSpinWait();
              inside.decrementAndGet();
              runs.countDown();
            },
            0,
            1);
    arrive(runs);
    assertThat(most).hasValue(1);
  }

  @Test
  void a_rate_that_was_held_up_makes_up_for_it() throws Exception {
    List<Long> starts = new CopyOnWriteArrayList<>();
    var runs = new CountDownLatch(20);
    var begun = new CountDownLatch(1);
    long begin = System.nanoTime();
    var _ =
        scheduler.scheduleAtFixedRate(
            () -> {
              starts.add(System.nanoTime() - begin);
              begun.countDown();
              try {
                arrive(hold);
              } catch (InterruptedException interrupt) {
                throw new IllegalStateException(interrupt);
              }
              runs.countDown();
            },
            0,
            5,
            TimeUnit.MILLISECONDS);
    arrive(begun);
    until("ten periods to pass", () -> System.nanoTime() - begin > 100_000_000);
    hold.countDown();
    arrive(runs);
    assertThat(starts.get(1)).isGreaterThanOrEqualTo(100_000_000L);
    for (int i = 2; i < 20; i++) {
      assertThat(starts.get(i)).as("run %d", i).isGreaterThanOrEqualTo(i * 5_000_000L);
    }
  }
}
