package dev.weir.tasks.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void lists_the_times_at_which_it_would_tick() {
    assertThat(Schedule.every(MINUTE).times(START).limit(2))
        .containsExactly(START.plusSeconds(60), START.plusSeconds(120));
    assertThat(Schedule.delay(MINUTE).times(START)).containsExactly(START.plusSeconds(60));
    assertThat(Schedule.cron("0 3 * * *", ZoneOffset.UTC).times(START).limit(1))
        .containsExactly(START.plusSeconds(3 * 3_600));
  }

  @Test
  void changes_one_part_at_a_time() {
    Schedule schedule =
        Schedule.every(MINUTE)
            .jitter(Duration.ofSeconds(5))
            .misfire(Misfire.catchUp(3))
            .overlap(Overlap.ALLOW);
    assertThat(schedule)
        .isEqualTo(
            new Schedule(
                new Timing.Every(MINUTE), Duration.ofSeconds(5), new Misfire(3), Overlap.ALLOW));
    assertThat(Schedule.every(MINUTE))
        .isEqualTo(
            new Schedule(new Timing.Every(MINUTE), Duration.ZERO, Misfire.runOnce(), Overlap.SKIP));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S"})
  void refuses_an_interval_or_delay_that_is_not_positive(String length) {
    assertThatThrownBy(() -> Schedule.every(Duration.parse(length)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule: interval = %s must be positive", length);
    assertThatThrownBy(() -> Schedule.delay(Duration.parse(length)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule: delay = %s must be positive", length);
  }

  @Test
  void refuses_a_negative_jitter_and_a_misfire_policy_out_of_bounds() {
    assertThatThrownBy(() -> Schedule.every(MINUTE).jitter(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jitter = PT-0.000000001S must be zero or positive");
    assertThatThrownBy(() -> Misfire.catchUp(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use skip()");
    assertThatThrownBy(() -> Misfire.catchUp(1_001))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("between 0 and 1000");
    assertThatThrownBy(() -> new Misfire(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without the checker may do
  void refuses_null() {
    assertThatThrownBy(() -> Schedule.every(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Schedule.every(MINUTE).jitter(null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Schedule.every(MINUTE).misfire(null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Schedule.every(MINUTE).overlap(null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Schedule.every(MINUTE).times(null))
        .isInstanceOf(NullPointerException.class);
  }
}
