package dev.weir.monitoring.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LatencyTest {

  private static final Duration BOUND = Duration.ofMillis(200);
  private static final Slo FAST =
      Slo.latency("checkout-fast", Subject.operation("checkout"), BOUND).target(0.99);

  private final SettableTime time = SettableTime.create();
  private final Slos slos = Slos.of(List.of(FAST), time, time::nanos);
  private final Operation checkout = slos.operation("checkout");

  /** Streams as services have them. */
  enum Stream {
    LOG_NORMAL,
    TWO_PEAKS,
    LONG_TAIL;

    long next(Random random) {
      return switch (this) {
        case LOG_NORMAL -> (long) (2e6 * Math.exp(random.nextGaussian()));
        case TWO_PEAKS ->
            300_000 + random.nextInt(100_000) + (random.nextInt(10) == 0 ? 80_000_000 : 0);
        case LONG_TAIL -> (long) (1e6 / Math.pow(1 - random.nextDouble(), 1.2));
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void quantiles_are_within_one_percent_of_those_of_all_samples(Stream stream) {
    var random = new Random(7);
    long[] all = new long[20_000];
    long slow = 0;
    for (int i = 0; i < all.length; i++) {
      all[i] = Math.min(stream.next(random), Duration.ofMinutes(50).toNanos());
      slow += all[i] > BOUND.toNanos() ? 1 : 0;
      checkout.record(all[i], true);
    }
    Arrays.sort(all);
    SloReport report = slos.reports().getFirst();
    Quantiles seen = report.quantiles().orElseThrow();
    assertThat(seen.calls()).isEqualTo(all.length);
    assertClose(seen.p50(), all, 0.5);
    assertClose(seen.p95(), all, 0.95);
    assertClose(seen.p99(), all, 0.99);
    assertClose(seen.max(), all, 1);
    assertThat(report.bad()).as("exact, whatever the quantiles round to").isEqualTo(slow);
    assertThat(report.good()).isEqualTo(all.length - slow);
  }

  private static void assertClose(Duration seen, long[] sorted, double quantile) {
    long exact = sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    assertThat((double) seen.toNanos()).isCloseTo((double) exact, within(0.01 * exact));
  }

  @Test
  void a_call_is_good_at_its_bound_and_bad_a_nanosecond_above() {
    checkout.record(BOUND.toNanos(), true);
    checkout.record(BOUND.toNanos() + 1, true);
    assertThat(slos.reports().getFirst().good()).isOne();
    assertThat(slos.reports().getFirst().bad()).isOne();
  }

  @Test
  void its_burn_counts_slow_calls_and_not_how_slow_they_were() {
    for (int i = 0; i < 90; i++) {
      checkout.record(Duration.ofMillis(1), true);
    }
    for (int i = 0; i < 10; i++) {
      checkout.record(BOUND.multipliedBy(i % 2 == 0 ? 2 : 500), true);
    }
    assertThat(slos.reports().getFirst().burns())
        .allSatisfy(burn -> assertThat(burn.longRate()).isCloseTo(10, within(1e-9)));
  }

  @Test
  void a_quick_failure_counts_for_nothing_and_a_slow_one_is_bad() {
    checkout.record(1_000, false);
    assertThat(slos.reports().getFirst().good() + slos.reports().getFirst().bad()).isZero();
    checkout.record(Duration.ofSeconds(3), false);
    assertThat(slos.reports().getFirst().bad()).isOne();
  }

  @Test
  void what_is_out_of_range_is_counted_all_the_same() {
    checkout.record(-5, true);
    checkout.record(Duration.ofDays(2), true);
    SloReport report = slos.reports().getFirst();
    assertThat(report.good()).isOne();
    assertThat(report.bad()).isOne();
    assertThat(report.quantiles().orElseThrow().max().toMinutes()).isBetween(59L, 61L);
  }

  @Test
  void quantiles_forget_after_ten_minutes() {
    checkout.record(Duration.ofSeconds(1), true);
    slos.tick();
    time.advance(Duration.ofMinutes(5));
    checkout.record(Duration.ofMillis(1), true);
    assertThat(slos.reports().getFirst().quantiles().orElseThrow().calls()).isEqualTo(2);
    time.advance(Duration.ofMinutes(5));
    slos.tick();
    assertThat(slos.reports().getFirst().quantiles().orElseThrow().calls()).isOne();
    time.advance(Duration.ofMinutes(30));
    assertThat(slos.reports().getFirst().quantiles()).isEmpty();
  }
}
