package dev.weir.tasks.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");

  /** The ticks after a local time, each with its offset. */
  private static List<String> ticks(String expression, ZoneId zone, String after, int n) {
    return Schedule.cron(expression, zone)
        .times(LocalDateTime.parse(after).atZone(zone).toInstant())
        .limit(n)
        .map(it -> it.atZone(zone).toOffsetDateTime().toString())
        .toList();
  }

  @Test
  void reads_its_fields_as_the_cron_of_unix_does() {
    ZoneId utc = ZoneOffset.UTC;
    assertThat(ticks("*/20 3 * * *", utc, "2026-01-01T00:00", 4))
        .containsExactly(
            "2026-01-01T03:00Z", "2026-01-01T03:20Z", "2026-01-01T03:40Z", "2026-01-02T03:00Z");
    assertThat(ticks("0 9-10,17 1 JAN,jul *", utc, "2026-01-02T00:00", 3))
        .containsExactly("2026-07-01T09:00Z", "2026-07-01T10:00Z", "2026-07-01T17:00Z");
    assertThat(ticks("0 0 * * SUN", utc, "2026-01-01T00:00", 1))
        .isEqualTo(ticks("0 0 * * 7", utc, "2026-01-01T00:00", 1))
        .isEqualTo(ticks("0 0 * * 0", utc, "2026-01-01T00:00", 1))
        .containsExactly("2026-01-04T00:00Z");
    assertThat(ticks("0 0 29 2 *", utc, "2096-03-01T00:00", 1))
        .containsExactly("2104-02-29T00:00Z");
  }

  @Test
  void takes_a_day_that_fits_either_of_its_two_fields_for_days() {
    assertThat(ticks("0 0 13 * FRI", ZoneOffset.UTC, "2026-01-08T00:00", 3))
        .containsExactly("2026-01-09T00:00Z", "2026-01-13T00:00Z", "2026-01-16T00:00Z");
  }

  @Test
  void ticks_after_an_instant_and_never_at_it() {
    Cron cron = Cron.of("30 2 * * *", ZoneOffset.UTC);
    Instant tick = Instant.parse("2026-01-01T02:30:00Z");
    assertThat(cron.after(tick.minusNanos(1))).contains(tick);
    assertThat(cron.after(tick)).contains(tick.plusSeconds(86_400));
    assertThat(cron.after(tick.plusNanos(1))).contains(tick.plusSeconds(86_400));
  }

  @Test
  void is_equal_to_one_of_the_same_words_and_zone() {
    assertThat(Schedule.cron(" 0  3 * * * ", BERLIN))
        .isEqualTo(Schedule.cron("0 3 * * *", BERLIN))
        .hasSameHashCodeAs(Schedule.cron("0 3 * * *", BERLIN))
        .isNotEqualTo(Schedule.cron("0 3 * * *", NEW_YORK))
        .isNotEqualTo(Schedule.cron("0 4 * * *", BERLIN));
    assertThat(Cron.of("0  3 * * *", BERLIN)).hasToString("Cron[0 3 * * *, Europe/Berlin]");
    assertThat(Cron.of("0 3 * * *", BERLIN).zone()).isEqualTo(BERLIN);
  }

  /** In Berlin and New York an hour is left out in spring; on Lord Howe Island half of one. */
  @Nested
  class In_the_gap_of_spring {

    @ParameterizedTest
    @CsvSource({
      "30 2 * * *, Europe/Berlin, 2026-03-28T12:00, 2026-03-29T03:00+02:00, 2026-03-30T02:30+02:00",
      "30 2 * * *, America/New_York, 2026-03-07T12:00, 2026-03-08T03:00-04:00,"
          + " 2026-03-09T02:30-04:00",
      "15 2 * * *, Australia/Lord_Howe, 2026-10-03T12:00, 2026-10-04T02:30+11:00,"
          + " 2026-10-05T02:15+11:00"
    })
    void a_time_of_the_day_is_kept_at_the_end_of_the_gap(
        String cron, String zone, String after, String inGap, String nextDay) {
      assertThat(ticks(cron, ZoneId.of(zone), after, 2)).containsExactly(inGap, nextDay);
    }

    @Test
    void several_come_together_as_one_and_with_the_one_that_stands_there_anyway() {
      assertThat(ticks("*/20 2,3 * * *", BERLIN, "2026-03-28T12:00", 4))
          .containsExactly(
              "2026-03-29T03:00+02:00",
              "2026-03-29T03:20+02:00",
              "2026-03-29T03:40+02:00",
              "2026-03-30T02:00+02:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
    void what_goes_by_the_hour_ticks_on_in_time_that_passes(String zone) {
      ZoneId id = ZoneId.of(zone);
      Instant change =
          id.getRules().nextTransition(Instant.parse("2026-01-01T00:00:00Z")).getInstant();
      assertSteady(id, change);
    }

    @Test
    void half_an_hour_left_out_costs_only_what_stands_in_it() {
      assertThat(ticks("*/15 * * * *", LORD_HOWE, "2026-10-04T01:40", 3))
          .containsExactly(
              "2026-10-04T01:45+10:30", "2026-10-04T02:30+11:00", "2026-10-04T02:45+11:00");
    }

    @Test
    void a_whole_day_left_out_is_kept_once_at_the_start_of_the_next() {
      assertThat(ticks("0 12 * * *", ZoneId.of("Pacific/Apia"), "2011-12-29T12:00", 2))
          .containsExactly("2011-12-31T00:00+14:00", "2011-12-31T12:00+14:00");
    }
  }

  /** In autumn the same stretch of the clock passes twice. */
  @Nested
  class In_the_overlap_of_autumn {

    @ParameterizedTest
    @CsvSource({
      "30 2 * * *, Europe/Berlin, 2026-10-24T12:00, 2026-10-25T02:30+02:00, 2026-10-26T02:30+01:00",
      "30 1 * * *, America/New_York, 2026-10-31T12:00, 2026-11-01T01:30-04:00,"
          + " 2026-11-02T01:30-05:00",
      "45 1 * * *, Australia/Lord_Howe, 2026-04-04T12:00, 2026-04-05T01:45+11:00,"
          + " 2026-04-06T01:45+10:30"
    })
    void a_time_of_the_day_is_kept_the_first_time_alone(
        String cron, String zone, String after, String first, String nextDay) {
      assertThat(ticks(cron, ZoneId.of(zone), after, 2)).containsExactly(first, nextDay);
    }

    @Test
    void one_that_begins_in_the_second_passage_does_not_repeat_the_first() {
      Instant second = ZonedDateTime.parse("2026-10-25T02:10+01:00[Europe/Berlin]").toInstant();
      assertThat(Cron.of("30 2 * * *", BERLIN).after(second))
          .contains(Instant.parse("2026-10-26T01:30:00Z"));
      assertThat(Cron.of("*/5 * * * *", BERLIN).after(second)).contains(second.plusSeconds(300));
    }

    @Test
    void the_end_of_the_overlap_is_a_time_like_any_other() {
      assertThat(ticks("0 3 * * *", BERLIN, "2026-10-24T12:00", 1))
          .containsExactly("2026-10-25T03:00+01:00");
      assertThat(ticks("0 2 * * *", LORD_HOWE, "2026-04-04T12:00", 1))
          .containsExactly("2026-04-05T02:00+10:30");
      assertThat(ticks("30 1 * * *", LORD_HOWE, "2026-04-04T12:00", 2))
          .containsExactly("2026-04-05T01:30+11:00", "2026-04-06T01:30+10:30");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
    void what_goes_by_the_hour_ticks_on_in_time_that_passes(String zone) {
      ZoneId id = ZoneId.of(zone);
      var rules = id.getRules();
      Instant first = rules.nextTransition(Instant.parse("2026-01-01T00:00:00Z")).getInstant();
      assertSteady(id, rules.nextTransition(first).getInstant());
    }
  }

  private static void assertSteady(ZoneId zone, Instant change) {
    Instant from = change.minusSeconds(7_200);
    List<Instant> ticks = Schedule.cron("*/15 * * * *", zone).times(from).limit(16).toList();
    for (int i = 0; i < ticks.size(); i++) {
      assertThat(ticks.get(i)).isEqualTo(from.plusSeconds(900L * (i + 1)));
    }
  }

  @Nested
  class Over_a_year {

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"})
    void a_time_of_the_day_ticks_once_on_each_day(String zone) {
      ZoneId id = ZoneId.of(zone);
      Random random = new Random(zone.hashCode());
      String expression = "%d %d * * *".formatted(random.nextInt(60), random.nextInt(1, 4));
      List<ZonedDateTime> ticks =
          Schedule.cron(expression, id)
              .times(LocalDateTime.parse("2025-12-31T23:59").atZone(id).toInstant())
              .limit(365)
              .map(it -> it.atZone(id))
              .toList();
      assertThat(ticks.stream().map(ZonedDateTime::toLocalDate).distinct())
          .as(expression)
          .hasSize(365);
      assertThat(ticks.getLast().getDayOfYear()).as(expression).isEqualTo(365);
    }
  }

  @Nested
  class An_expression_that_cannot_be_kept {

    @Test
    void is_refused_with_all_its_faults_at_once() {
      assertThatThrownBy(() -> Schedule.cron("61 25 0 XYZ 1-9", BERLIN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(
              "cron '61 25 0 XYZ 1-9' cannot be read",
              "minute '61' (",
              "hour '25' (",
              "day of month '0' (",
              "month 'XYZ' (",
              "day of week '1-9' (");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          " ",
          "@daily",
          "* * * *",
          "0 0 3 * * *",
          "a b c d e",
          "*/0 * * * *",
          "10-5 * * * *",
          "1,,2 * * * *",
          "-1 * * * *",
          "0 0 L * *",
          "0 0 ? * 1",
          "0 0 * * 1#2",
          "99999999999 * * * *",
          "* * * * /",
          "* * * * ,",
          "1-2-3 * * * *",
          "*-* * * * *"
        })
    void is_refused_whatever_it_is(String expression) {
      assertThatThrownBy(() -> Schedule.cron(expression, BERLIN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cron '" + expression + "' cannot be read: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30-31 FEB *"})
    void is_refused_if_no_date_fits_it(String expression) {
      assertThatThrownBy(() -> Schedule.cron(expression, BERLIN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("never comes: no month of");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without the checker may do
    void is_refused_if_it_is_null() {
      assertThatThrownBy(() -> Schedule.cron(null, BERLIN))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("expression");
      assertThatThrownBy(() -> Schedule.cron("* * * * *", null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("zone");
    }
  }
}
