package dev.weir.monitoring.slo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {

  private static final long NOW = 1_767_225_600L; // 2026-01-01
  private static final List<Duration> WINDOWS =
      List.of(
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofHours(6),
          Duration.ofDays(1),
          Duration.ofDays(3),
          Duration.ofDays(7),
          Duration.ofDays(28),
          Duration.ofDays(30),
          Duration.ofDays(90));

  /** Every call with its moment, summed by looking at all of them. */
  private static final class Naive {
    private record Call(long at, Counts counts) {}

    private final List<Call> calls = new ArrayList<>();

    void add(long at, Counts counts) {
      calls.add(new Call(at, counts));
    }

    Counts since(long from) {
      return calls.stream()
          .filter(call -> call.at >= from)
          .map(Call::counts)
          .reduce(Counts.NONE, Counts::plus);
    }
  }

  /** A day of traffic with silences and bursts, then jumps over hours and days. */
  private static void stream(long seed, Ring ring, Naive naive, Check each) {
    var random = new Random(seed);
    long now = NOW + random.nextInt(86_400);
    for (int i = 0; i < 3_000; i++) {
      int dice = random.nextInt(1_000);
      now += dice < 3 ? random.nextInt(400_000) : dice < 60 ? random.nextInt(4_000) : 5;
      var counts = new Counts(random.nextInt(1_000), random.nextInt(dice < 500 ? 3 : 300));
      ring.add(now, counts);
      naive.add(now, counts);
      if (i % 37 == 0 || i == 2_999) {
        each.at(now);
      }
    }
  }

  private interface Check {
    void at(long now);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sums_what_looking_at_every_call_sums(long seed) {
    var ring = new Ring(NOW);
    var naive = new Naive();
    stream(
        seed,
        ring,
        naive,
        now -> {
          for (Duration window : WINDOWS) {
            long slot = Ring.slot(window).toSeconds();
            long edge =
                Math.floorDiv(now, slot) * slot - Math.ceilDiv(window.toSeconds(), slot) * slot;
            assertThat(ring.sum(now, window))
                .as("%s at %d", window, now)
                .isEqualTo(naive.since(edge));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void holds_all_of_a_window_and_a_slot_more_at_most(long seed) {
    var ring = new Ring(NOW);
    var naive = new Naive();
    stream(
        seed,
        ring,
        naive,
        now -> {
          for (Duration window : WINDOWS) {
            long exact = naive.since(now - window.toSeconds() + 1).total();
            long more = naive.since(now - window.plus(Ring.slot(window)).toSeconds()).total();
            assertThat(ring.sum(now, window).total()).isBetween(exact, more);
          }
        });
  }

  @Test
  void takes_less_than_ten_kilobytes() {
    assertThat(new Ring(NOW).bytes()).hasSizeLessThan(10_000 - 500); // and the objects around it
  }

  @Test
  void errs_by_no_more_than_it_says() {
    assertThat(
            Stream.of(5, 30, 60, 120, 360, 1_440, 4_320).map(Duration::ofMinutes).map(Ring::slot))
        .containsExactly(
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofHours(1));
    assertThat(Ring.slot(Duration.ofDays(7))).isEqualTo(Duration.ofHours(1));
    assertThat(Ring.slot(Duration.ofDays(90))).isEqualTo(Duration.ofHours(12));
    assertThatThrownBy(() -> Ring.slot(Duration.ofDays(91)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Nested
  class A_clock {

    private final Ring ring = new Ring(NOW);

    @Test
    void moved_backwards_counts_as_the_latest_moment_seen() {
      ring.add(NOW, new Counts(1, 0));
      ring.add(NOW - 86_400, new Counts(10, 1));
      assertThat(ring.sum(NOW - 86_400, Duration.ofMinutes(5))).isEqualTo(new Counts(11, 1));
      ring.add(NOW + 306, new Counts(100, 0));
      assertThat(ring.sum(NOW + 306, Duration.ofMinutes(5)).good()).isEqualTo(100);
    }

    @Test
    void moved_far_ahead_leaves_nothing_behind_and_goes_on() {
      ring.add(NOW, new Counts(1, 1));
      long far = NOW + Duration.ofDays(40_000).toSeconds();
      assertThat(ring.sum(far, Duration.ofDays(90))).isEqualTo(Counts.NONE);
      ring.add(far, new Counts(2, 3));
      assertThat(ring.sum(far, Duration.ofDays(90))).isEqualTo(new Counts(2, 3));
      assertThat(ring.sum(far, Duration.ofMinutes(5))).isEqualTo(new Counts(2, 3));
    }
  }

  @Nested
  class As_bytes {

    @Test
    void is_the_same_again() {
      var ring = new Ring(NOW);
      stream(21, ring, new Naive(), _ -> {});
      Ring again = Ring.of(ring.bytes()).orElseThrow();
      long later = NOW + Duration.ofDays(20).toSeconds();
      WINDOWS.forEach(it -> assertThat(again.sum(later, it)).isEqualTo(ring.sum(later, it)));
      assertThat(again.since()).isEqualTo(NOW);
    }

    @Test
    void of_something_else_is_none() {
      assertThat(Ring.of(new byte[0])).isEmpty();
      assertThat(Ring.of(new byte[new Ring(NOW).bytes().length])).isEmpty();
      assertThat(Ring.of(new byte[] {0, 0, 0, 1})).isEmpty();
    }
  }

  @Nested
  class Another_ring {

    @Test
    void added_counts_at_its_own_moments_and_taken_away_leaves_the_rest() {
      var ring = new Ring(NOW + 7_200);
      var other = new Ring(NOW);
      other.add(NOW, new Counts(5, 5));
      other.add(NOW + 3_600, new Counts(7, 1));
      ring.add(NOW + 7_200, new Counts(100, 0));
      ring.add(NOW + 7_200, other);
      assertThat(ring.sum(NOW + 7_200, Duration.ofMinutes(5))).isEqualTo(new Counts(100, 0));
      assertThat(ring.sum(NOW + 7_200, Duration.ofHours(6))).isEqualTo(new Counts(112, 6));
      assertThat(ring.since()).isEqualTo(NOW);
      ring.subtract(NOW + 7_200, other);
      assertThat(ring.sum(NOW + 7_200, Duration.ofHours(6))).isEqualTo(new Counts(100, 0));
    }

    @Test
    void from_a_clock_that_goes_ahead_counts_as_of_now() {
      var ring = new Ring(NOW);
      var ahead = new Ring(NOW);
      ahead.add(NOW + 4_000, new Counts(3, 4));
      ring.add(NOW, ahead);
      WINDOWS.forEach(it -> assertThat(ring.sum(NOW, it)).isEqualTo(new Counts(3, 4)));
    }
  }
}
