package dev.weir.monitoring.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.weir.monitoring.history.Trend.Direction;
import dev.weir.testkit.SettableTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HistoryTest {

  private final SettableTime time = SettableTime.create();
  private final Map<String, Double> values = new HashMap<>();
  private final History history = History.of(List.of(() -> Map.copyOf(values)), time);
  private final Random random = new Random(3);

  private void minutes(int minutes, String name, java.util.function.DoubleSupplier value) {
    for (int i = 0; i < minutes; i++) {
      values.put(name, value.getAsDouble());
      history.read();
      time.advance(Duration.ofMinutes(1));
    }
  }

  /** More by day than by night, as services have it. */
  private double daily() {
    int hour = (int) (time.instant().getEpochSecond() / 3_600 % 24);
    return (hour >= 8 && hour < 20 ? 100 : 10) * (1 + 0.05 * random.nextGaussian());
  }

  @Nested
  class Points {

    @Test
    void are_those_of_the_last_day_each_at_its_minute() {
      var next = new int[1];
      minutes(1_500, "pool.used", () -> next[0]++);
      List<Point> all = history.points("pool.used", Duration.ofDays(3));
      assertThat(all).hasSize(1_440);
      assertThat(all.getLast().value()).isEqualTo(1_499);
      assertThat(all.getLast().at()).isEqualTo(time.instant().minusSeconds(60));
      assertThat(all.getFirst().value()).isEqualTo(60);
      assertThat(history.points("pool.used", Duration.ofMinutes(5))).hasSize(5);
      assertThat(history.points("nothing", Duration.ofMinutes(5))).isEmpty();
      assertThat(history.names()).containsExactly("pool.used");
    }

    @Test
    void that_nobody_gave_are_missing_and_not_zero() {
      minutes(3, "a", () -> 5);
      values.clear();
      time.advance(Duration.ofMinutes(10));
      history.read();
      assertThat(history.points("a", Duration.ofDays(1))).hasSize(3);
    }

    @Test
    void survive_a_clock_moved_back_and_far_ahead() {
      minutes(60, "a", () -> 5);
      Instant before = time.instant();
      time.moveWallClock(Instant.parse("2001-01-01T00:00:00Z"));
      history.read();
      assertThat(history.points("a", Duration.ofDays(1))).hasSize(60);
      time.moveWallClock(before);
      minutes(1, "a", () -> 6);
      assertThat(history.points("a", Duration.ofDays(1))).hasSize(61);
      time.moveWallClock(Instant.parse("2150-01-01T00:00:00Z"));
      minutes(1, "a", () -> 7);
      assertThat(history.points("a", Duration.ofDays(1)))
          .singleElement()
          .extracting(Point::value)
          .isEqualTo(7.0);
      assertThat(history.baseline("a")).isEmpty();
    }
  }

  @Nested
  class A_baseline {

    @Test
    void is_that_of_the_hour_of_the_day_once_three_days_are_known() {
      minutes(4 * 1_440 + 3 * 60, "load", HistoryTest.this::daily);
      Baseline night = history.baseline("load").orElseThrow();
      assertThat(night.days()).isGreaterThanOrEqualTo(3);
      assertThat(night.median()).isCloseTo(10, within(0.5));
      assertThat(night.isUnusual(100)).as("usual by day, not by night").isTrue();
      assertThat(night.isUnusual(10.8)).isFalse();

      minutes(7 * 60, "load", HistoryTest.this::daily);
      Baseline day = history.baseline("load").orElseThrow();
      assertThat(day.median()).isCloseTo(100, within(5.0));
      assertThat(day.isUnusual(100)).isFalse();
      assertThat(day.words(10)).startsWith("unusual: 10.00, where ").endsWith("days)");
      assertThat(history.unusual()).isEmpty();
      minutes(1, "load", () -> 10);
      assertThat(history.unusual()).singleElement().asString().startsWith("load is unusual");
    }

    @Test
    void of_a_young_series_is_that_of_the_last_hours_and_none_before() {
      minutes(30, "load", () -> 50 + random.nextGaussian());
      assertThat(history.baseline("load")).isEmpty();
      minutes(60, "load", () -> 50 + random.nextGaussian());
      Baseline young = history.baseline("load").orElseThrow();
      assertThat(young.days()).isZero();
      assertThat(young.words(50)).endsWith("is usual today");
      assertThat(young.isUnusual(50)).isFalse();
      assertThat(young.isUnusual(70)).isTrue();
    }

    @Test
    void is_not_moved_by_one_bad_day_among_others() {
      var day = new int[1];
      for (int i = 0; i < 7; i++) {
        day[0] = i;
        minutes(1_440, "load", () -> day[0] == 3 ? 900 : 10 + 0.1 * random.nextGaussian());
      }
      assertThat(history.baseline("load").orElseThrow().median()).isCloseTo(10, within(0.2));
    }

    @Test
    void of_what_never_changed_finds_every_change_unusual() {
      minutes(120, "dead-letters", () -> 0);
      Baseline baseline = history.baseline("dead-letters").orElseThrow();
      assertThat(baseline.isUnusual(0)).isFalse();
      assertThat(baseline.isUnusual(1)).isTrue();
    }

    @Test
    void gives_few_false_alarms_on_plain_noise() {
      minutes(5 * 1_440, "load", HistoryTest.this::daily);
      int alarms = 0;
      for (int i = 0; i < 1_440; i++) {
        minutes(1, "load", HistoryTest.this::daily);
        alarms += history.unusual().size();
      }
      assertThat(alarms).isLessThanOrEqualTo(2);
    }
  }

  @Nested
  class A_trend {

    @Test
    void rises_or_falls_by_so_much_an_hour_whatever_one_outlier_says() {
      var minute = new int[1];
      minutes(
          720,
          "up",
          () -> minute[0]++ == 300 ? -1e6 : 100 + minute[0] / 60.0 + random.nextGaussian());
      Trend up = history.trend("up").orElseThrow();
      assertThat(up.direction()).isEqualTo(Direction.RISING);
      assertThat(up.perHour()).isCloseTo(1, within(0.15));
    }

    @Test
    void is_flat_where_there_is_only_noise_or_nothing() {
      minutes(720, "noise", random::nextGaussian);
      assertThat(history.trend("noise").orElseThrow().direction()).isEqualTo(Direction.FLAT);
      minutes(1, "new", () -> 1);
      assertThat(history.trend("new")).contains(new Trend(0, Direction.FLAT));
      assertThat(history.trend("nothing")).isEmpty();
    }
  }

  @Nested
  class Memory {

    @Test
    void of_all_the_series_there_may_be_is_below_sixteen_megabytes_and_does_not_grow() {
      var memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      var many = new HashMap<String, Double>();
      for (int i = 0; i < History.MOST_SERIES + 10; i++) {
        many.put("series-" + i, (double) i);
      }
      History full = History.of(List.of(() -> many), time);
      long before = memory.getCurrentThreadAllocatedBytes();
      full.read();
      // All that was allocated, kept or not: an upper bound of what is kept.
      assertThat(memory.getCurrentThreadAllocatedBytes() - before).isBetween(1_000_000L, 16L << 20);
      assertThat(full.names()).hasSize(History.MOST_SERIES);
      assertThat(full.leftOut()).isEqualTo(10);
    }
  }

  @Test
  void a_source_that_throws_is_counted_and_the_others_are_read() {
    History two =
        History.of(
            List.of(
                () -> {
                  throw new IllegalStateException("no");
                },
                () -> Map.of("a", 1.0)),
            time);
    two.read();
    two.read();
    assertThat(two.failures()).isEqualTo(2);
    assertThat(two.names()).containsExactly("a");
  }
}
