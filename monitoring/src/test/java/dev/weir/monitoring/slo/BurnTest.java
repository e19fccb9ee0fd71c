package dev.weir.monitoring.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BurnTest {

  @Nested
  class A_total_outage {

    @Test
    void at_a_hundred_calls_a_second_pages_52_seconds_after_a_clean_hour() {
      Era era = new Era(Era.CHECKOUT).pass(Duration.ofHours(1), 100, 0);
      Duration paged = era.untilFires("fast", 0, 100, Duration.ofMinutes(5));
      assertThat(paged).isBetween(Duration.ofSeconds(47), Duration.ofSeconds(57));
    }

    @Test
    void of_a_service_just_started_pages_as_soon_and_not_at_its_first_failures() {
      Era era = new Era(Era.CHECKOUT).pass(Duration.ofSeconds(10), 0, 100);
      assertThat(era.report().burns()).noneMatch(Burn::firing);
      assertThat(era.untilFires("fast", 0, 100, Duration.ofMinutes(5)))
          .isBetween(Duration.ofSeconds(37), Duration.ofSeconds(47));
    }

    @Test
    void stops_paging_within_the_short_window_after_its_end() {
      Era era = new Era(Era.CHECKOUT).pass(Duration.ofHours(1), 100, 0);
      era.pass(Duration.ofMinutes(10), 0, 100);
      assertThat(era.fires("fast")).isTrue();
      era.pass(Duration.ofMinutes(5).plusSeconds(5), 100, 0);
      assertThat(era.fires("fast")).isFalse();
      assertThat(era.report().burns().getFirst().longRate()).isGreaterThan(14.4);
    }

    @Test
    void pages_for_a_low_target_too() {
      Era era = new Era(Era.CHECKOUT.target(0.9)).pass(Duration.ofHours(1), 10, 0);
      assertThat(era.untilFires("fast", 0, 10, Duration.ofHours(1)))
          .isBetween(Duration.ofMinutes(29), Duration.ofMinutes(32));
    }
  }

  @Test
  void one_percent_of_errors_pages_by_the_six_hours_after_3_6_and_never_by_the_fast_rule() {
    Era era = new Era(Era.CHECKOUT).pass(Duration.ofHours(6), 100, 0);
    Duration paged = Duration.ZERO;
    while (!era.fires("6h")) {
      era.pass(Duration.ofMinutes(1), 99, 1);
      paged = paged.plusMinutes(1);
      assertThat(era.fires("fast")).isFalse();
    }
    assertThat(paged)
        .isBetween(Duration.ofHours(3).plusMinutes(35), Duration.ofHours(3).plusMinutes(41));
  }

  @Nested
  class Low_traffic {

    /** One call a minute. */
    private Era quiet() {
      var era = new Era(Era.CHECKOUT);
      for (int i = 0; i < 60; i++) {
        era.one(true).pass(Duration.ofMinutes(1), 0, 0);
      }
      return era;
    }

    @Test
    void with_one_failure_in_sixty_calls_an_hour_pages_nobody() {
      Era era = quiet().one(false);
      Burn fast = era.report().burns().getFirst();
      assertThat(fast.longRate()).isGreaterThan(fast.rule().factor());
      assertThat(fast.failures()).isOne();
      assertThat(era.report().burns()).noneMatch(Burn::firing);
    }

    @Test
    void that_fails_altogether_pages_at_the_third_failure() {
      Era era = quiet().one(false).pass(Duration.ofMinutes(1), 0, 0).one(false);
      assertThat(era.fires("fast")).isFalse();
      era.pass(Duration.ofMinutes(1), 0, 0).one(false);
      assertThat(era.fires("fast")).isTrue();
    }
  }

  @Nested
  class A_report {

    @Test
    void of_a_service_without_calls_burns_nothing() {
      SloReport report = new Era(Era.CHECKOUT).report();
      assertThat(report.budgetLeft()).isEqualTo(1);
      assertThat(report.exhaustion()).isEmpty();
      assertThat(report.quantiles()).isEmpty();
      assertThat(report.burns()).hasSize(4).noneMatch(Burn::firing);
    }

    @Test
    void tells_what_is_left_of_the_budget_and_for_how_long() {
      Slo slo = Era.CHECKOUT.target(0.99).window(Duration.ofDays(7));
      SloReport report = new Era(slo).pass(Duration.ofMinutes(30), 399, 1).report();
      // A quarter of a percent of errors is a quarter of the budget; at that rate the rest lasts
      // for three quarters of the window at four times its length.
      assertThat(report.budgetLeft()).isCloseTo(0.75, within(1e-9));
      assertThat(report.exhaustion().orElseThrow().toHours()).isEqualTo(3 * 7 * 24);
      assertThat(report.good()).isEqualTo(399 * 1_800);
      assertThat(report.everBad()).isEqualTo(1_800);
      assertThat(report.line())
          .contains("checkout-works: 99.7500 % of 720000 good (target 99 %), 75.0 % of the budget");
    }

    @Test
    void tells_that_more_was_spent_than_there_was() {
      SloReport report = new Era(Era.CHECKOUT).pass(Duration.ofMinutes(1), 0, 10).report();
      assertThat(report.budgetLeft()).isCloseTo(-999, within(1e-6));
      assertThat(report.exhaustion()).contains(Duration.ZERO);
    }

    @Test
    void tells_how_much_of_a_window_it_has_seen() {
      SloReport report = new Era(Era.CHECKOUT).pass(Duration.ofMinutes(30), 1, 0).report();
      assertThat(report.burns().getFirst().coverage()).isCloseTo(0.5, within(1e-9));
      assertThat(report.coverage()).isCloseTo(1.0 / (48 * 30), within(1e-9));
    }
  }

  @Test
  void a_wall_clock_that_is_set_moves_no_window() {
    Era era = new Era(Era.CHECKOUT).pass(Duration.ofMinutes(10), 10, 1);
    SloReport before = era.report();
    era.time.moveWallClock(Instant.parse("2001-01-01T00:00:00Z"));
    assertThat(era.report()).isEqualTo(before);
    era.time.moveWallClock(Instant.parse("2095-01-01T00:00:00Z"));
    assertThat(era.report()).isEqualTo(before);
  }

  /** As it stands in the workbook, over a list of every five seconds. */
  @Test
  void rules_fire_and_clear_as_a_naive_look_at_every_call_says() {
    var random = new Random(42);
    var era = new Era(Era.CHECKOUT.target(0.99));
    List<int[]> every5s = new ArrayList<>();
    int fired = 0;
    for (int phase = 0; phase < 60; phase++) {
      int bad = random.nextInt(4) == 0 ? random.nextInt(10) : 0;
      int good = 1 + random.nextInt(10);
      int ticks = 12 + random.nextInt(200);
      for (int i = 0; i < ticks; i++) {
        era.pass(Slos.TICK, good, bad);
        every5s.add(new int[] {5 * good, 5 * bad});
      }
      for (Burn burn : era.report().burns()) {
        double longRate = naive(every5s, burn.rule().longWindow(), 0.99);
        double shortRate = naive(every5s, burn.rule().shortWindow(), 0.99);
        assertThat(burn.longRate()).isCloseTo(longRate, within(0.05 * longRate + 0.6));
        double factor = burn.rule().factor();
        double least = Math.min(longRate, shortRate) * burn.coverage();
        if (least > factor * 1.15 + 0.6) {
          assertThat(burn.firing()).as("%s", burn).isTrue();
          fired++;
        } else if (Math.min(longRate, shortRate) < factor * 0.85 - 0.6) {
          assertThat(burn.firing()).as("%s", burn).isFalse();
        }
      }
    }
    assertThat(fired).isPositive();
  }

  private static double naive(List<int[]> every5s, Duration window, double target) {
    int from = (int) Math.max(0, every5s.size() - window.toSeconds() / 5);
    long good = 0;
    long bad = 0;
    for (int[] one : every5s.subList(from, every5s.size())) {
      good += one[0];
      bad += one[1];
    }
    return good + bad == 0 ? 0 : (double) bad / (good + bad) / (1 - target);
  }
}
