package dev.weir.gate;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

  private final SettableTime time = SettableTime.create();
  private final long start = time.nanos();
  private final List<Long> admitted = new ArrayList<>();

  private Pace pace(Rate rate, LaneSettings... lanes) {
    return Pace.open("mails", rate, List.of(lanes), time.scheduler(), time::nanos);
  }

  private Pace pace(Rate rate) {
    return pace(rate, LaneSettings.named("all").codel(CoDel.off()));
  }

  /** Asks for a permit, and spends it when it has it. */
  private Waiter ask(Pace pace, String lane) {
    var waiter =
        new Waiter() {
          @Override
          protected void admitted() {
            admitted.add((time.nanos() - start) / 1_000_000);
            pace.spent(pace.lane(lane));
          }

          @Override
          protected void refused(AdmissionRejectedException refusal) {
            throw refusal;
          }
        };
    pace.lane(lane).request(waiter);
    return waiter;
  }

  private void askTimes(int times, Pace pace) {
    IntStream.range(0, times).forEach(_ -> ask(pace, "all"));
  }

  @Test
  void lets_a_burst_through_and_then_one_after_the_other() {
    Pace pace = pace(Rate.perSecond(10).burst(3));
    askTimes(6, pace);
    time.advance(ofSeconds(1));
    assertThat(admitted).containsExactly(0L, 0L, 0L, 100L, 200L, 300L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 333, 5_000})
  void keeps_the_rate_to_a_percent_under_a_demand_that_never_ends(int rate) {
    askTimes(12 * rate, pace(Rate.perSecond(rate)));
    admitted.clear();
    time.advance(ofSeconds(10));
    assertThat((double) admitted.size()).isCloseTo(10.0 * rate, within(10.0 * rate / 100));
  }

  @Test
  void saves_no_more_than_a_burst_while_nobody_asks() {
    Pace pace = pace(Rate.perSecond(10).burst(3));
    askTimes(3, pace);
    time.advance(Duration.ofHours(1));
    assertThat(pace.isFull()).isTrue();
    admitted.clear();
    askTimes(9, pace);
    assertThat(admitted).hasSize(3);
  }

  @Test
  void makes_up_for_a_timer_that_is_late_without_giving_a_permit_twice() {
    var late = SettableTime.create(); // its scheduler stands still while the clock goes on
    var pace =
        Pace.open(
            "mails",
            Rate.perSecond(10).burst(5),
            List.of(LaneSettings.named("all").codel(CoDel.off())),
            late.scheduler(),
            time::nanos);
    askTimes(20, pace);
    time.advance(ofMillis(450));
    late.advance(ofMillis(100));
    assertThat(admitted).as("a burst at once, and four that are due").hasSize(9);
    late.advance(ofMillis(100));
    assertThat(admitted).hasSize(9);
  }

  @Test
  void a_late_timer_does_not_slow_the_rate() {
    Pace pace = pace(Rate.perSecond(100).burst(1));
    askTimes(200, pace);
    for (int i = 0; i < 100; i++) {
      time.advance(ofMillis(10));
    }
    assertThat(admitted).hasSize(101);
  }

  @Test
  void serves_lanes_by_weight_and_forgets_who_cancels() {
    Pace pace =
        pace(
            Rate.perSecond(1).burst(1),
            LaneSettings.named("low").codel(CoDel.off()),
            LaneSettings.named("high").weight(3).codel(CoDel.off()));
    ask(pace, "low");
    Waiter gone = ask(pace, "high");
    IntStream.range(0, 40).forEach(_ -> ask(pace, "low"));
    IntStream.range(0, 40).forEach(_ -> ask(pace, "high"));
    assertThat(pace.lane("high").cancel(gone)).isTrue();
    time.advance(ofSeconds(40));
    assertThat(pace.lane("high").snapshot().admitted()).isBetween(29L, 31L);
    assertThat(pace.snapshot().limit()).isOne();
  }

  @Test
  void knows_rates_of_all_sizes() {
    assertThat(Rate.of(3, Duration.ofDays(1)).nanosFor(3)).isEqualTo(Duration.ofDays(1).toNanos());
    assertThat(Rate.of(3, ofSeconds(10)).nanosFor(30_001)).isEqualTo(100_003_333_333_333L);
    assertThat(Rate.perSecond(1_000).burst()).isEqualTo(50);
    assertThat(Rate.perSecond(1).burst()).isOne();
  }

  @Test
  void refuses_a_rate_that_is_none() {
    assertThatThrownBy(() -> Rate.perSecond(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 in PT1S");
    assertThatThrownBy(() -> Rate.of(1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Rate.of(1, Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Rate.perSecond(1).burst(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
