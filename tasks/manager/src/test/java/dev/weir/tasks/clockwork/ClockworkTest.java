package dev.weir.tasks.clockwork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.tasks.schedule.Misfire;
import dev.weir.tasks.schedule.Overlap;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import dev.weir.tasks.schedule.ScheduledRun;
import dev.weir.tasks.schedule.ScheduledRun.Ending;
import dev.weir.tasks.work.Starter;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockworkTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final SettableTime time = SettableTime.startingAt(START);
  private final Clockwork clockwork = clockworkOf(time);
  private final Desk desk = new Desk();

  private static Clockwork clockworkOf(SettableTime time) {
    return new Clockwork(new Time(time.scheduler(), time, time::nanos, Runnable::run));
  }

  private ScheduleHandle begin(Schedule schedule) {
    return clockwork.begin("job", schedule, new Chore(desk, () -> true));
  }

  private void sleep(Duration length) {
    time.moveWallClock(time.instant().plus(length));
  }

  @Nested
  class A_rate {

    @Test
    void counts_from_start_to_start() throws Exception {
      ScheduleHandle handle = begin(Schedule.every(MINUTE));
      time.advance(MINUTE.minusNanos(1));
      assertThat(desk.going).isEmpty();
      time.advance(Duration.ofNanos(1));
      time.advance(Duration.ofSeconds(40));
      desk.only().succeed();
      assertThat(handle.next()).contains(START.plusSeconds(120));
      time.advance(Duration.ofSeconds(20));
      assertThat(desk.going).hasSize(1);
      assertThat(handle.runs()).isEqualTo(2);
    }

    @Test
    void is_not_moved_by_the_wall_clock() {
      begin(Schedule.every(MINUTE));
      time.moveWallClock(START.plus(DAY));
      time.advance(MINUTE.minusNanos(1));
      assertThat(desk.going).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(desk.going).hasSize(1);
    }
  }

  @Nested
  class A_delay {

    @Test
    void counts_from_the_end_of_a_run_to_the_start_of_the_next() throws Exception {
      ScheduleHandle handle = begin(Schedule.delay(MINUTE));
      time.advance(MINUTE);
      Desk.Order first = desk.only();
      time.advance(MINUTE.multipliedBy(5));
      assertThat(desk.going).containsExactly(first);
      assertThat(handle.next()).isEmpty();
      first.succeed();
      assertThat(handle.next(3)).containsExactly(START.plusSeconds(420));
      time.advance(MINUTE.minusNanos(1));
      assertThat(desk.going).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(desk.going).hasSize(1);
      assertThat(handle.skipped()).isZero();
    }

    @Test
    void goes_on_after_a_failure_and_after_a_refusal() {
      ScheduleHandle handle = begin(Schedule.delay(MINUTE));
      time.advance(MINUTE);
      desk.only().fail(new IllegalStateException("boom"));
      desk.full(true);
      time.advance(MINUTE);
      assertThat(handle.last().orElseThrow().ending()).isEqualTo(Ending.REFUSED);
      desk.full(false);
      time.advance(MINUTE);
      assertThat(desk.going).hasSize(1);
    }

    @Test
    void that_comes_while_a_manual_run_goes_on_waits_for_its_end() throws Exception {
      ScheduleHandle handle = begin(Schedule.delay(MINUTE));
      assertThat(handle.runNow()).isTrue();
      time.advance(MINUTE.multipliedBy(3));
      assertThat(handle.skipped()).isOne();
      desk.only().succeed();
      time.advance(MINUTE);
      assertThat(desk.going).hasSize(1);
    }
  }

  @Nested
  class Cron {

    private final ZoneId berlin = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
      "Europe/Berlin, 30 2 * * *, 2026-03-28T12:00, 2026-03-29T03:00+02:00, 2026-03-30T02:30+02:00",
      "Europe/Berlin, 30 2 * * *, 2026-10-24T12:00, 2026-10-25T02:30+02:00, 2026-10-26T02:30+01:00",
      "America/New_York, 30 2 * * *, 2026-03-07T12:00, 2026-03-08T03:00-04:00,"
          + " 2026-03-09T02:30-04:00",
      "America/New_York, 30 1 * * *, 2026-10-31T12:00, 2026-11-01T01:30-04:00,"
          + " 2026-11-02T01:30-05:00",
      "Australia/Lord_Howe, 15 2 * * *, 2026-10-03T12:00, 2026-10-04T02:30+11:00,"
          + " 2026-10-05T02:15+11:00",
      "Australia/Lord_Howe, 45 1 * * *, 2026-04-04T12:00, 2026-04-05T01:45+11:00,"
          + " 2026-04-06T01:45+10:30"
    })
    void runs_once_a_day_through_changes_of_the_clock(
        String zone, String cron, String from, String first, String second) throws Exception {
      ZoneId id = ZoneId.of(zone);
      var there = SettableTime.startingAt(LocalDateTime.parse(from).atZone(id).toInstant());
      List<String> starts = new ArrayList<>();
      Starter starter =
          work -> {
            starts.add(there.instant().atZone(id).toOffsetDateTime().toString());
            desk.start(work);
          };
      clockworkOf(there).begin("job", Schedule.cron(cron, id), new Chore(starter, () -> true));
      for (int hour = 0; hour < 44; hour++) {
        there.advance(Duration.ofHours(1));
        for (Desk.Order order : List.copyOf(desk.going)) {
          order.succeed();
        }
      }
      assertThat(starts).containsExactly(first, second);
    }

    @Test
    void runs_at_the_very_instant() {
      ScheduleHandle handle = begin(Schedule.cron("0 3 * * *", berlin));
      Instant three = Instant.parse("2026-01-01T02:00:00Z");
      assertThat(handle.next()).contains(three);
      assertThat(handle.next(3))
          .containsExactly(three, three.plus(DAY), three.plus(DAY.multipliedBy(2)));
      time.advance(Duration.between(START, three).minusNanos(1));
      assertThat(desk.going).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(desk.going).hasSize(1);
    }

    @Test
    void notices_within_half_a_minute_that_the_wall_clock_went_ahead() {
      begin(Schedule.cron("0 3 * * *", ZoneOffset.UTC));
      time.advance(Duration.ofSeconds(10));
      time.moveWallClock(START.plus(Duration.ofHours(3)));
      time.advance(ClockWatch.PAUSE);
      assertThat(desk.going).hasSize(1);
    }

    @Test
    void does_not_run_early_or_twice_when_the_wall_clock_is_put_back() throws Exception {
      ScheduleHandle handle = begin(Schedule.cron("0 3 * * *", ZoneOffset.UTC));
      time.advance(Duration.ofHours(2));
      time.moveWallClock(START.plus(Duration.ofHours(1)));
      time.advance(Duration.ofMinutes(119));
      assertThat(desk.going).as("an hour later by the timer").isEmpty();
      time.advance(MINUTE);
      desk.only().succeed();
      time.moveWallClock(START.plus(Duration.ofHours(2)));
      time.advance(Duration.ofHours(3));
      assertThat(handle.runs()).isOne();
      assertThat(handle.next()).contains(START.plus(DAY).plus(Duration.ofHours(3)));
    }

    @Test
    void takes_a_clock_put_back_by_more_than_three_hours_for_corrected() throws Exception {
      time.moveWallClock(Instant.parse("2100-01-01T02:30:00Z"));
      ScheduleHandle handle = begin(Schedule.cron("0 3 * * *", ZoneOffset.UTC));
      time.advance(MINUTE);
      time.moveWallClock(START);
      time.advance(MINUTE);
      assertThat(handle.next()).contains(START.plus(Duration.ofHours(3)));
      time.advance(Duration.ofHours(3));
      desk.only().succeed();
    }

    @Test
    void shares_one_look_at_the_wall_clock_with_all_others() {
      begin(Schedule.cron("0 3 * * *", berlin)).cancel();
      time.advance(ClockWatch.PAUSE);
      begin(Schedule.cron("0 3 * * *", berlin));
      begin(Schedule.cron("0 4 * * *", berlin));
      assertThat(entriesOfTheTimer()).isEqualTo(3);
    }

    @Test
    void stops_looking_at_the_wall_clock_when_the_last_has_ended() {
      ScheduleHandle handle = begin(Schedule.cron("0 3 * * *", berlin));
      handle.cancel();
      handle.cancel();
      time.advance(ClockWatch.PAUSE);
      assertThat(entriesOfTheTimer()).isZero();
    }
  }

  private int entriesOfTheTimer() {
    return time.scheduler().shutdownNow().size();
  }

  @Nested
  class Ticks_that_nobody_could_keep {

    @ParameterizedTest
    @CsvSource({"0, 0, 5", "1, 1, 4", "3, 3, 2", "9, 5, 0"})
    void are_made_up_one_after_another_as_far_as_the_policy_goes(int atMost, int made, int leftOut)
        throws Exception {
      ScheduleHandle handle =
          begin(Schedule.cron("0 3 * * *", ZoneOffset.UTC).misfire(new Misfire(atMost)));
      sleep(DAY.multipliedBy(4).plusHours(8));
      time.advance(ClockWatch.PAUSE);
      int ran = 0;
      while (!desk.going.isEmpty()) {
        desk.only().succeed();
        ran++;
      }
      assertThat(ran).isEqualTo(made);
      assertThat(handle.skipped()).isEqualTo(leftOut);
      assertThat(clockwork.leftOut()).isEqualTo(leftOut);
      assertThat(handle.next()).contains(START.plus(DAY.multipliedBy(5)).plus(Duration.ofHours(3)));
    }

    @Test
    void do_not_keep_one_that_is_on_time_from_running_under_any_policy() {
      ScheduleHandle handle =
          begin(Schedule.cron("0 * * * *", ZoneOffset.UTC).misfire(Misfire.skip()));
      sleep(Duration.ofHours(4).plusSeconds(20));
      time.advance(ClockWatch.PAUSE);
      assertThat(desk.going).hasSize(1);
      assertThat(handle.skipped()).isEqualTo(3);
    }

    @Test
    void are_not_counted_one_by_one_over_years() {
      ScheduleHandle handle = begin(Schedule.cron("* * * * *", ZoneOffset.UTC));
      sleep(Duration.ofDays(3_650));
      time.advance(ClockWatch.PAUSE);
      assertThat(desk.going).hasSize(1);
      assertThat(handle.skipped()).isEqualTo(999);
      assertThat(handle.next().orElseThrow()).isAfter(time.instant());
    }

    @Test
    void of_a_rate_are_found_when_the_timer_is_late() {
      var late = SettableTime.startingAt(START);
      var ticker = new long[1];
      var clock =
          new Clockwork(
              new Time(late.scheduler(), late, () -> late.nanos() + ticker[0], Runnable::run));
      ScheduleHandle handle =
          clock.begin(
              "job",
              Schedule.every(MINUTE).misfire(Misfire.catchUp(2)),
              new Chore(desk, () -> true));
      ticker[0] = MINUTE.multipliedBy(3).toNanos();
      late.advance(MINUTE);
      assertThat(desk.going).hasSize(1);
      assertThat(handle.skipped()).isEqualTo(2);
      assertThat(handle.runs()).isOne();
    }
  }

  @Nested
  class A_tick_that_finds_a_run_going_on {

    private ScheduleHandle overlapping(Overlap overlap) {
      ScheduleHandle handle = begin(Schedule.every(MINUTE).overlap(overlap));
      time.advance(MINUTE);
      return handle;
    }

    @Test
    void is_left_out() throws Exception {
      ScheduleHandle handle = overlapping(Overlap.SKIP);
      Desk.Order first = desk.only();
      time.advance(MINUTE.multipliedBy(3));
      assertThat(desk.going).containsExactly(first);
      first.succeed();
      assertThat(desk.going).isEmpty();
      assertThat(handle.skipped()).isEqualTo(3);
    }

    @Test
    void waits_for_its_end_alone() throws Exception {
      ScheduleHandle handle = overlapping(Overlap.QUEUE_ONE);
      time.advance(MINUTE.multipliedBy(3));
      desk.only().succeed();
      desk.only().succeed();
      assertThat(desk.going).isEmpty();
      assertThat(handle.runs()).isEqualTo(2);
      assertThat(handle.skipped()).isEqualTo(2);
    }

    @Test
    void runs_beside_it() {
      ScheduleHandle handle = overlapping(Overlap.ALLOW);
      time.advance(MINUTE.multipliedBy(3));
      assertThat(desk.going).hasSize(4);
      assertThat(handle.skipped()).isZero();
    }

    @Test
    void cancels_it_and_runs_when_its_body_has_ended() {
      ScheduleHandle handle = overlapping(Overlap.CANCEL_OLD);
      Desk.Order old = desk.only();
      time.advance(MINUTE.multipliedBy(2));
      assertThat(desk.only()).isSameAs(old);
      assertThat(old.cancelled).isTrue();
      old.stop();
      assertThat(desk.only()).isNotSameAs(old);
      assertThat(handle.last().orElseThrow().ending()).isEqualTo(Ending.CANCELLED);
      assertThat(handle.skipped()).isOne();
    }
  }

  @Nested
  class A_handle {

    @Test
    void pauses_and_goes_on_with_the_first_tick_after_that() throws Exception {
      ScheduleHandle handle = begin(Schedule.every(MINUTE).overlap(Overlap.QUEUE_ONE));
      time.advance(MINUTE.multipliedBy(2));
      handle.pause();
      handle.pause();
      assertThat(handle.isPaused()).isTrue();
      assertThat(handle.next()).isEmpty();
      desk.only().succeed();
      time.advance(MINUTE.multipliedBy(5).plusSeconds(30));
      assertThat(desk.going).isEmpty();
      handle.resume();
      handle.resume();
      assertThat(handle.isPaused()).isFalse();
      assertThat(handle.next()).contains(START.plusSeconds(480));
      time.advance(Duration.ofSeconds(30));
      assertThat(desk.going).hasSize(1);
      assertThat(handle.skipped()).as("what was queued when it paused").isOne();
    }

    @Test
    void resumes_a_delay_anew_and_cron_where_it_stands() {
      ScheduleHandle delay = begin(Schedule.delay(MINUTE));
      ScheduleHandle cron = begin(Schedule.cron("0 3 * * *", ZoneOffset.UTC));
      delay.pause();
      cron.pause();
      time.advance(Duration.ofHours(4));
      delay.resume();
      cron.resume();
      assertThat(delay.next()).contains(time.instant().plus(MINUTE));
      assertThat(cron.next()).contains(START.plus(DAY).plus(Duration.ofHours(3)));
    }

    @Test
    void runs_now_without_moving_the_ticks_even_while_paused() throws Exception {
      ScheduleHandle handle = begin(Schedule.every(MINUTE));
      handle.pause();
      assertThat(handle.runNow()).isTrue();
      assertThat(handle.runNow()).as("while it goes on").isFalse();
      desk.only().succeed();
      handle.resume();
      assertThat(handle.next()).contains(START.plus(MINUTE));
      assertThat(handle.runs()).isOne();
    }

    @Test
    void queues_a_manual_run_behind_one_that_goes_on_while_paused() throws Exception {
      ScheduleHandle handle = begin(Schedule.every(MINUTE).overlap(Overlap.QUEUE_ONE));
      handle.pause();
      assertThat(handle.runNow()).isTrue();
      assertThat(handle.runNow()).isTrue();
      assertThat(handle.runNow()).isFalse();
      desk.only().succeed();
      desk.only().succeed();
      assertThat(handle.runs()).isEqualTo(2);
    }

    @Test
    void keeps_how_the_last_run_ended() throws Exception {
      ScheduleHandle handle = begin(Schedule.every(MINUTE));
      assertThat(handle.last()).isEmpty();
      time.advance(MINUTE);
      desk.only().succeed();
      assertThat(handle.last())
          .contains(
              new ScheduledRun(
                  START.plus(MINUTE), Duration.ZERO, Ending.SUCCEEDED, Optional.empty()));
      time.advance(MINUTE);
      var boom = new IllegalStateException("boom");
      desk.only().fail(boom);
      assertThat(handle.last().orElseThrow().failure()).containsSame(boom);
      assertThat(handle.failures()).isOne();
    }

    @Test
    void counts_what_its_bulkhead_refuses_and_tries_again_at_the_next_tick() {
      ScheduleHandle handle = begin(Schedule.every(MINUTE));
      desk.full(true);
      time.advance(MINUTE);
      assertThat(handle.last().orElseThrow().ending()).isEqualTo(Ending.REFUSED);
      assertThat(handle.runs()).isZero();
      assertThat(handle.skipped()).isOne();
      desk.full(false);
      time.advance(MINUTE);
      assertThat(handle.runs()).isOne();
    }

    @Test
    void ends_when_the_engine_has() {
      ScheduleHandle handle = begin(Schedule.every(MINUTE));
      desk.close();
      time.advance(MINUTE);
      assertThat(handle.next()).isEmpty();
      assertThat(clockwork.schedules()).isEmpty();
    }

    @Test
    void refuses_to_run_when_it_has_ended_and_to_list_less_than_nothing() {
      ScheduleHandle handle = begin(Schedule.every(MINUTE));
      assertThat(handle.next(0)).isEmpty();
      assertThatThrownBy(() -> handle.next(-1)).isInstanceOf(IllegalArgumentException.class);
      handle.cancel();
      assertThat(handle.next(3)).isEmpty();
      assertThatThrownBy(handle::runNow)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("The schedule 'job' has ended");
    }

    @Test
    void is_listed_until_it_ends() {
      ScheduleHandle handle = begin(Schedule.every(MINUTE));
      assertThat(clockwork.schedules()).containsExactly(handle);
      assertThat(handle.name()).isEqualTo("job");
      assertThat(handle.schedule()).isEqualTo(Schedule.every(MINUTE));
      clockwork.close();
      assertThat(clockwork.schedules()).isEmpty();
      assertThat(begin(Schedule.every(MINUTE)).next()).isEmpty();
    }

    @Test
    void ends_with_the_timer() {
      time.scheduler().shutdown();
      assertThat(begin(Schedule.every(MINUTE)).next()).isEmpty();
      assertThat(begin(Schedule.cron("0 3 * * *", ZoneOffset.UTC)).next()).isEmpty();
    }
  }

  @Nested
  class Jitter {

    @Test
    void spreads_runs_over_its_length_and_never_beyond_it() throws Exception {
      Duration jitter = Duration.ofSeconds(20);
      List<Instant> starts = new ArrayList<>();
      clockwork.begin(
          "job",
          Schedule.every(MINUTE).jitter(jitter),
          new Chore(desk, () -> starts.add(time.instant())));
      Set<Long> offsets = new HashSet<>();
      for (int i = 1; i <= 40; i++) {
        for (int second = 0; second < 60; second++) {
          time.advance(Duration.ofSeconds(1));
          for (Desk.Order order : List.copyOf(desk.going)) {
            order.succeed();
          }
        }
      }
      for (int i = 0; i < starts.size(); i++) {
        long offset =
            Duration.between(START.plus(MINUTE.multipliedBy(i + 1L)), starts.get(i)).toSeconds();
        assertThat(offset).isBetween(0L, 20L);
        offsets.add(offset);
      }
      assertThat(starts).hasSizeBetween(39, 40);
      assertThat(offsets).hasSizeGreaterThan(5);
    }

    @Test
    void longer_than_the_distance_of_two_ticks_leaves_none_out() throws Exception {
      ScheduleHandle every = begin(Schedule.every(MINUTE).jitter(DAY));
      ScheduleHandle cron = begin(Schedule.cron("* * * * *", ZoneOffset.UTC).jitter(DAY));
      for (int second = 0; second < 60 * 20; second++) {
        time.advance(Duration.ofSeconds(1));
        for (Desk.Order order : List.copyOf(desk.going)) {
          order.succeed();
        }
      }
      assertThat(every.runs() + every.skipped()).isBetween(19L, 20L);
      assertThat(cron.runs() + cron.skipped()).isBetween(19L, 20L);
      assertThat(every.skipped() + cron.skipped()).isZero();
    }
  }

  /** What a schedule that waits costs: one entry of the timer, whatever their number. */
  @Test
  void ten_thousand_that_wait_are_ten_thousand_entries_and_one_look_at_the_clock() {
    Schedule cron = Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin"));
    for (int i = 0; i < 10_000; i++) {
      begin(i % 10 == 0 ? cron : Schedule.every(DAY));
    }
    time.advance(ClockWatch.PAUSE.multipliedBy(10));
    assertThat(desk.going).isEmpty();
    assertThat(entriesOfTheTimer()).isEqualTo(10_001);
  }
}
