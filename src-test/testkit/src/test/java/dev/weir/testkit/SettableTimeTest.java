package dev.weir.testkit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SettableTimeTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  private final SettableTime time = SettableTime.startingAt(NOON);
  private final ScheduledExecutorService scheduler = time.scheduler();
  private final List<String> done = new ArrayList<>();

  @Nested
  class The_clocks {

    @Test
    void stand_still_until_told_to_advance_and_then_move_together() {
      LongSupplier nanos = time::nanos;
      long before = nanos.getAsLong();
      assertThat(time.instant()).isEqualTo(NOON);
      time.advance(ofMillis(1500));
      assertThat(nanos.getAsLong() - before).isEqualTo(1_500_000_000L);
      assertThat(time.instant()).isEqualTo(NOON.plusMillis(1500));
    }

    @Test
    void part_when_the_wall_clock_is_moved() {
      long before = time.nanos();
      after(1000, "due");
      time.moveWallClock(NOON.plusSeconds(3600));
      assertThat(time.nanos()).isEqualTo(before);
      assertThat(done).isEmpty();
      time.advance(ofSeconds(1));
      assertThat(time.instant()).isEqualTo(NOON.plusSeconds(3601));
      assertThat(done).containsExactly("due");
    }

    @Test
    void do_not_go_back() {
      assertThatThrownBy(() -> time.advance(ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class A_delayed_task {

    @Test
    void runs_in_the_order_of_due_times_and_then_of_submission() {
      after(300, "late");
      after(100, "early");
      after(200, "middle, first");
      after(200, "middle, second");
      time.advance(ofMillis(299));
      assertThat(done).containsExactly("early", "middle, first", "middle, second");
      time.advance(ofMillis(1));
      assertThat(done).endsWith("late");
    }

    @Test
    void sees_the_clocks_at_its_own_due_time() {
      long start = time.nanos();
      var seen = scheduler.schedule(() -> time.nanos() - start, 40, MILLISECONDS);
      var wall = scheduler.schedule(time::instant, 40, MILLISECONDS);
      time.advance(ofSeconds(9));
      assertThat(seen.resultNow()).isEqualTo(40_000_000L);
      assertThat(wall.resultNow()).isEqualTo(NOON.plusMillis(40));
    }

    @Test
    void runs_on_the_thread_that_advances() {
      var thread = scheduler.schedule(Thread::currentThread, 1, SECONDS);
      time.advance(ofSeconds(1));
      assertThat(thread.resultNow()).isSameAs(Thread.currentThread());
    }

    @Test
    void may_schedule_another_that_falls_due_in_the_same_advance() {
      var outer = scheduler.schedule(() -> taskAfter(10, "inner").isDone(), 10, MILLISECONDS);
      time.advance(ofMillis(20));
      assertThat(outer.resultNow()).isFalse();
      assertThat(done).containsExactly("inner");
    }

    @Test
    void does_not_run_once_cancelled() {
      var task = taskAfter(10, "never");
      assertThat(task.cancel(false)).isTrue();
      time.advance(ofSeconds(1));
      assertThat(done).isEmpty();
    }

    @Test
    void that_throws_ends_its_own_future_and_no_other() {
      var failing =
          scheduler.schedule(
              () -> {
                throw new IllegalStateException("broken");
              },
              10,
              MILLISECONDS);
      after(20, "unharmed");
      time.advance(ofMillis(20));
      assertThat(failing.exceptionNow()).hasMessage("broken");
      assertThat(done).containsExactly("unharmed");
    }

    @Test
    void cannot_advance_time_itself() {
      var task = scheduler.schedule(() -> time.advance(ofSeconds(1)), 10, MILLISECONDS);
      time.advance(ofMillis(10));
      assertThat(task.exceptionNow())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("advanced already");
    }

    @Test
    void tells_how_long_it_has_to_wait() {
      var task = scheduler.schedule(() -> done.add("x"), 100, MILLISECONDS);
      time.advance(ofMillis(30));
      assertThat(task.getDelay(MILLISECONDS)).isEqualTo(70);
    }
  }

  @Nested
  class A_periodic_task {

    @Test
    void runs_at_a_fixed_rate_as_often_as_time_allows() {
      var task = scheduler.scheduleAtFixedRate(() -> done.add("tick"), 5, 10, MILLISECONDS);
      time.advance(ofMillis(35));
      assertThat(done).hasSize(4);
      assertThat(task.isDone()).isFalse();
    }

    @Test
    void runs_with_a_fixed_delay_as_often_as_time_allows() {
      var task = scheduler.scheduleWithFixedDelay(() -> done.add("tick"), 0, 10, MILLISECONDS);
      time.advance(ofMillis(29));
      assertThat(done).hasSize(3);
      assertThat(task.isDone()).isFalse();
    }

    @Test
    void ends_when_it_throws() {
      var task =
          scheduler.scheduleAtFixedRate(
              () -> {
                done.add("once");
                throw new IllegalStateException("broken");
              },
              10,
              10,
              MILLISECONDS);
      time.advance(ofSeconds(1));
      assertThat(done).containsExactly("once");
      assertThat(task.exceptionNow()).hasMessage("broken");
    }

    @Test
    void ends_when_cancelled() {
      var task = scheduler.scheduleAtFixedRate(() -> done.add("tick"), 10, 10, MILLISECONDS);
      time.advance(ofMillis(10));
      task.cancel(false);
      time.advance(ofSeconds(1));
      assertThat(done).containsExactly("tick");
    }

    @Test
    void ends_when_it_shuts_the_scheduler_down_itself() {
      var task = scheduler.scheduleAtFixedRate(scheduler::shutdown, 10, 10, MILLISECONDS);
      var counted = scheduler.scheduleAtFixedRate(() -> done.add("tick"), 15, 10, MILLISECONDS);
      time.advance(ofSeconds(1));
      assertThat(done).isEmpty();
      assertThat(counted.isCancelled()).isTrue();
      assertThat(scheduler.isTerminated()).isTrue();
      assertThat(task.isCancelled()).isTrue();
    }

    @Test
    void needs_a_positive_period() {
      assertThatThrownBy(() -> scheduler.scheduleAtFixedRate(() -> {}, 1, 0, SECONDS))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class A_task_without_delay {

    @Test
    void waits_for_the_next_advance_be_it_by_zero() {
      Future<?> submitted = scheduler.submit(() -> done.add("submitted"));
      scheduler.execute(() -> done.add("executed"));
      assertThat(done).isEmpty();
      time.advance(ZERO);
      assertThat(done).containsExactly("submitted", "executed");
      assertThat(submitted).isDone();
    }

    @Test
    void that_throws_and_has_no_future_makes_advance_throw_after_all_others_have_run() {
      scheduler.execute(
          () -> {
            throw new IllegalStateException("broken");
          });
      after(10, "unharmed");
      assertThatThrownBy(() -> time.advance(ofMillis(10))).hasMessage("broken");
      assertThat(done).containsExactly("unharmed");
    }

    @Test
    void that_throws_and_has_a_future_keeps_it_there() {
      Future<?> submitted =
          scheduler.submit(
              () -> {
                throw new IllegalStateException("broken");
              });
      time.advance(ZERO);
      assertThat(submitted.exceptionNow()).hasMessage("broken");
    }
  }

  @Nested
  class A_scheduler_shut_down {

    @Test
    void runs_what_was_delayed_drops_what_was_periodic_and_takes_nothing_new() {
      after(10, "delayed");
      var periodic = scheduler.scheduleAtFixedRate(() -> done.add("tick"), 5, 5, MILLISECONDS);
      scheduler.shutdown();
      assertThat(periodic.isCancelled()).isTrue();
      assertThat(scheduler.isTerminated()).isFalse();
      assertThatThrownBy(() -> after(1, "new")).isInstanceOf(RejectedExecutionException.class);
      time.advance(ofMillis(10));
      assertThat(done).containsExactly("delayed");
      assertThat(scheduler.isTerminated()).isTrue();
    }

    @Test
    void at_once_returns_what_waited() {
      var task = taskAfter(10, "never");
      assertThat(scheduler.shutdownNow()).hasSize(1);
      time.advance(ofMillis(10));
      assertThat(done).isEmpty();
      assertThat(task.isDone()).isFalse();
    }

    @Test
    void is_awaited_by_one_thread_while_another_advances() throws InterruptedException {
      after(10, "delayed");
      scheduler.shutdown();
      var advancing = CompletableFuture.runAsync(() -> time.advance(ofMillis(10)));
      assertThat(scheduler.awaitTermination(30, SECONDS)).isTrue();
      assertThat(advancing).succeedsWithin(ofSeconds(30));
    }

    @Test
    void by_close_cancels_what_waits_and_does_not_hang() {
      var task = taskAfter(10, "never");
      scheduler.close();
      assertThat(task).isCancelled();
      assertThat(scheduler.isTerminated()).isTrue();
    }
  }

  private void after(long millis, String name) {
    var _ = taskAfter(millis, name);
  }

  private Future<?> taskAfter(long millis, String name) {
    return scheduler.schedule(() -> done.add(name), millis, MILLISECONDS);
  }
}
