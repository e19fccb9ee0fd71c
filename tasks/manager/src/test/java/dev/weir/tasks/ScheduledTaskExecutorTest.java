package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the scheduled view adds to the contract that the conformance tests keep. */
class ScheduledTaskExecutorTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final SettableTime time = SettableTime.create();
  private final Instant start = time.instant();
  private final Recorder recorder = new Recorder();
  private final Fixture fixture = Fixture.open(time, recorder);
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final ScheduledExecutorService executor = tasks.scheduledExecutor("one");
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  private void idle() {
    Fixture.until("all commands to end", () -> tasks.tasks().isEmpty());
  }

  private void occupyAndFillTheQueue() {
    for (int i = 0; i < 11; i++) {
      var _ = executor.submit(() -> hold.await(20, TimeUnit.SECONDS));
    }
    Fixture.until("a full bulkhead", () -> tasks.snapshot().queued() == 10);
  }

  @Test
  void runs_its_commands_as_tasks_of_its_name_in_its_bulkhead() throws Exception {
    ScheduledFuture<String> future =
        executor.schedule(() -> Thread.currentThread().getName(), 1, TimeUnit.SECONDS);
    assertThat(tasks.snapshot().submitted()).as("while it waits").isZero();
    time.advance(SECOND);
    assertThat(future.get(20, TimeUnit.SECONDS)).startsWith("one-");
    assertThat(tasks.snapshot().bulkheads().getFirst().name()).isEqualTo("one");
  }

  @Test
  void counts_a_rate_from_start_to_start_and_a_delay_from_end_to_start() {
    List<Instant> rate = new ArrayList<>();
    var _ = executor.scheduleAtFixedRate(() -> rate.add(time.instant()), 1, 2, TimeUnit.SECONDS);
    for (int i = 0; i < 5; i++) {
      time.advance(SECOND);
      idle();
    }
    assertThat(rate)
        .containsExactly(start.plusSeconds(1), start.plusSeconds(3), start.plusSeconds(5));
    var begun = new CountDownLatch(1);
    ScheduledFuture<?> delay =
        executor.scheduleWithFixedDelay(
            () -> {
              begun.countDown();
              Fixture.deafUntil(hold);
            },
            0,
            10,
            TimeUnit.SECONDS);
    time.advance(Duration.ZERO);
    Fixture.until("a start", () -> begun.getCount() == 0);
    time.advance(SECOND);
    hold.countDown();
    Fixture.until("the delay to begin", () -> delay.getDelay(TimeUnit.SECONDS) == 10);
  }

  @Test
  void fails_a_command_that_its_bulkhead_refuses_with_the_typed_cause() {
    ScheduledFuture<Integer> once = executor.schedule(() -> 1, 1, TimeUnit.SECONDS);
    occupyAndFillTheQueue();
    time.advance(SECOND);
    assertThatThrownBy(() -> once.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(RejectedExecutionException.class)
        .hasCauseInstanceOf(AdmissionRejectedException.class);
  }

  @Test
  void leaves_out_a_period_that_its_bulkhead_refuses() {
    List<Instant> runs = new ArrayList<>();
    ScheduledFuture<?> again =
        executor.scheduleAtFixedRate(() -> runs.add(time.instant()), 1, 1, TimeUnit.SECONDS);
    occupyAndFillTheQueue();
    time.advance(SECOND);
    assertThat(again.isDone()).isFalse();
    assertThat(tasks.snapshot().rejected()).isOne();
    hold.countDown();
    idle();
    time.advance(SECOND);
    idle();
    assertThat(runs).containsExactly(start.plusSeconds(2));
  }

  @Test
  void gives_a_failure_to_the_figures_as_well() {
    var _ =
        executor.scheduleAtFixedRate(
            () -> {
              throw new IllegalStateException("boom");
            },
            1,
            1,
            TimeUnit.SECONDS);
    time.advance(SECOND.multipliedBy(3));
    idle();
    assertThat(tasks.snapshot().failed()).isOne();
  }

  @Test
  void cancels_what_waits_when_the_manager_stops_accepting() {
    Future<?> once = executor.schedule(() -> 1, 1, TimeUnit.DAYS);
    Future<?> again = executor.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.DAYS);
    tasks.stopAccepting();
    assertThat(once.isCancelled()).isTrue();
    assertThat(again.isCancelled()).isTrue();
    assertThat(executor.schedule(() -> 1, 1, TimeUnit.DAYS).isCancelled()).isTrue();
    assertThatThrownBy(() -> executor.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasCauseInstanceOf(AdmissionRejectedException.class);
  }

  @Test
  void cancels_a_period_between_the_looks_of_a_closing_manager() {
    var begun = new CountDownLatch(1);
    ScheduledFuture<?> again =
        executor.scheduleAtFixedRate(
            () -> {
              begun.countDown();
              Fixture.deafUntil(hold);
            },
            0,
            1,
            TimeUnit.SECONDS);
    time.advance(Duration.ZERO);
    Fixture.until("a start", () -> begun.getCount() == 0);
    tasks.stopAccepting();
    hold.countDown();
    Fixture.until("its end", again::isCancelled);
  }

  @Test
  void hands_back_what_waits_in_the_queue_of_the_bulkhead() throws Exception {
    var _ = executor.submit(() -> hold.await(20, TimeUnit.SECONDS));
    ScheduledFuture<Integer> queued = executor.schedule(() -> 7, 1, TimeUnit.SECONDS);
    time.advance(SECOND);
    Fixture.until("it to queue", () -> tasks.snapshot().queued() == 1);
    List<Runnable> never = executor.shutdownNow();
    assertThat(never).containsExactly((Runnable) queued);
    assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    never.getFirst().run();
    assertThat(queued.get(20, TimeUnit.SECONDS)).isEqualTo(7);
  }

  @Test
  void refuses_the_bulkhead_of_weir_itself() {
    assertThatThrownBy(() -> tasks.scheduledExecutor("system"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kept for Weir's own tasks");
  }

  @Test
  void shuts_down_alone() {
    executor.shutdown();
    assertThat(tasks.scheduledExecutor("one").schedule(() -> 1, 1, TimeUnit.DAYS).isDone())
        .isFalse();
  }
}
