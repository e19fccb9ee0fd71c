package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import dev.weir.tasks.schedule.ScheduledRun.Ending;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final SettableTime time = SettableTime.startingAt(START);
  private final Recorder recorder = new Recorder();
  private final Fixture fixture = Fixture.open(time, recorder);
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  private void idle() {
    Fixture.until("all runs to end", () -> tasks.tasks().isEmpty());
  }

  @Test
  void runs_first_after_one_interval_and_then_at_each() {
    List<Instant> starts = new CopyOnWriteArrayList<>();
    ScheduleHandle handle =
        tasks.schedule("probe", Schedule.every(MINUTE), () -> starts.add(time.instant()));
    assertThat(handle.name()).isEqualTo("probe");
    assertThat(handle.next()).contains(START.plus(MINUTE));
    time.advance(MINUTE.minusNanos(1));
    assertThat(handle.runs()).isZero();
    time.advance(Duration.ofNanos(1));
    idle();
    time.advance(MINUTE);
    idle();
    time.advance(Duration.ofSeconds(30));
    assertThat(starts).containsExactly(START.plusSeconds(60), START.plusSeconds(120));
    assertThat(handle.next()).contains(START.plusSeconds(180));
    assertThat(handle.runs()).isEqualTo(2);
    assertThat(handle.skipped()).isZero();
  }

  @Test
  void leaves_out_and_counts_ticks_while_a_run_goes_on() {
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    ScheduleHandle handle =
        tasks.schedule(
            "slow",
            Schedule.every(MINUTE),
            () -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              hold.await();
              inside.decrementAndGet();
            });
    time.advance(MINUTE.multipliedBy(4));
    assertThat(handle.runs()).isOne();
    assertThat(handle.skipped()).isEqualTo(3);
    assertThat(tasks.snapshot().lateSchedules()).isEqualTo(3);
    hold.countDown();
    idle();
    time.advance(MINUTE);
    assertThat(handle.runs()).isEqualTo(2);
    idle();
    assertThat(most).hasValue(1);
  }

  @Test
  void goes_on_after_a_failure_and_counts_it() {
    ScheduleHandle handle =
        tasks.schedule(
            "broken",
            Schedule.every(MINUTE),
            () -> {
              throw new AssertionError("boom");
            });
    for (int i = 0; i < 3; i++) {
      time.advance(MINUTE);
      idle();
    }
    assertThat(handle.runs()).isEqualTo(3);
    assertThat(handle.failures()).isEqualTo(3);
    assertThat(tasks.snapshot().failed()).isEqualTo(3);
  }

  @Test
  void makes_each_run_a_task_that_the_listener_sees() {
    tasks.schedule("probe", Schedule.every(MINUTE), hold::await);
    time.advance(MINUTE);
    assertThat(tasks.tasks())
        .singleElement()
        .satisfies(it -> assertThat(it.name()).isEqualTo("probe"));
    hold.countDown();
    idle();
    assertThat(recorder.lines)
        .contains("submitted probe")
        .anyMatch(it -> it.startsWith("finished probe SUCCEEDED"));
  }

  @Test
  void ends_when_cancelled_and_lets_the_run_end_by_itself() {
    ScheduleHandle handle = tasks.schedule("probe", Schedule.every(MINUTE), hold::await);
    time.advance(MINUTE);
    handle.cancel();
    handle.cancel();
    assertThat(handle.next()).isEmpty();
    time.advance(MINUTE.multipliedBy(3));
    assertThat(handle.runs()).isOne();
    hold.countDown();
    idle();
    assertThat(tasks.snapshot().succeeded()).isOne();
  }

  @Test
  void ends_when_the_manager_stops_accepting() {
    ScheduleHandle handle = tasks.schedule("probe", Schedule.every(MINUTE), () -> {});
    tasks.stopAccepting();
    time.advance(MINUTE.multipliedBy(3));
    assertThat(handle.runs()).isZero();
    assertThat(handle.next()).isEmpty();
    assertThat(tasks.snapshot().rejected()).isZero();
    assertThatThrownBy(() -> tasks.schedule("late", Schedule.every(MINUTE), () -> {}))
        .isInstanceOf(AdmissionRejectedException.class);
  }

  @Test
  void takes_an_interval_of_any_length() {
    ScheduleHandle handle =
        tasks.schedule("never", Schedule.every(Duration.ofSeconds(Long.MAX_VALUE)), () -> {});
    time.advance(MINUTE);
    assertThat(handle.runs()).isZero();
    assertThat(handle.next()).isPresent();
  }

  @Test
  void takes_bulkhead_and_deadline_of_its_runs_from_the_task() {
    Task job = Task.named("job").bulkhead("one").deadline(Duration.ofSeconds(10));
    ScheduleHandle handle = tasks.schedule(job, Schedule.every(MINUTE), hold::await);
    time.advance(MINUTE);
    assertThat(tasks.tasks())
        .singleElement()
        .satisfies(it -> assertThat(it.bulkhead()).contains("one"));
    time.advance(Duration.ofSeconds(10));
    Fixture.until("its end", () -> handle.last().isPresent());
    assertThat(handle.last().orElseThrow().ending()).isEqualTo(Ending.TIMED_OUT);
    assertThat(handle.failures()).isZero();
  }

  @Test
  void leaves_out_a_run_that_the_bulkhead_refuses() {
    for (int i = 0; i < 11; i++) {
      var _ = tasks.run(Task.named("other").bulkhead("one"), hold::await);
    }
    ScheduleHandle handle =
        tasks.schedule(Task.named("job").bulkhead("one"), Schedule.every(MINUTE), () -> {});
    time.advance(MINUTE);
    assertThat(handle.last().orElseThrow().ending()).isEqualTo(Ending.REFUSED);
    assertThat(handle.last().orElseThrow().failure())
        .get()
        .isInstanceOf(AdmissionRejectedException.class);
    assertThat(tasks.snapshot().lateSchedules()).isOne();
    hold.countDown();
    idle();
    time.advance(MINUTE);
    idle();
    assertThat(handle.runs()).isOne();
  }

  @Test
  void runs_by_cron_in_a_zone() {
    List<Instant> starts = new CopyOnWriteArrayList<>();
    ScheduleHandle handle =
        tasks.schedule(
            "report",
            Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin")),
            () -> starts.add(time.instant()));
    assertThat(handle.next(2))
        .containsExactly(
            Instant.parse("2026-01-01T02:00:00Z"), Instant.parse("2026-01-02T02:00:00Z"));
    time.advance(Duration.ofHours(2));
    Fixture.until("its run", () -> starts.size() == 1);
    assertThat(starts).containsExactly(Instant.parse("2026-01-01T02:00:00Z"));
  }

  @Test
  void runs_when_told_to_and_not_while_paused() {
    ScheduleHandle handle = tasks.schedule("probe", Schedule.every(MINUTE), () -> {});
    handle.pause();
    time.advance(MINUTE.multipliedBy(3));
    assertThat(handle.runs()).isZero();
    assertThat(handle.runNow()).isTrue();
    idle();
    assertThat(handle.last().orElseThrow().ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(handle.runs()).isOne();
  }

  @Test
  void is_listed_until_it_ends() {
    ScheduleHandle handle = tasks.schedule("probe", Schedule.every(MINUTE), () -> {});
    assertThat(tasks.schedules()).containsExactly(handle);
    handle.cancel();
    assertThat(tasks.schedules()).isEmpty();
  }

  @Test
  void refuses_a_task_with_a_dedup_key_or_in_the_bulkhead_of_weir_itself() {
    assertThatThrownBy(
            () -> tasks.schedule(Task.named("job").dedupKey("k"), Schedule.every(MINUTE), () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The schedule 'job' must not have a dedup key");
    assertThatThrownBy(
            () ->
                tasks.schedule(
                    Task.named("job").bulkhead("system"), Schedule.every(MINUTE), () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
