package dev.weir.monitoring.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyRecorderTest {

  private final LatencyRecorder recorder = new LatencyRecorder();

  private double quantile(double q) {
    return LatencyRecorder.quantile(List.of(recorder), 0, q);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 0.9, 0.99, 1})
  void gives_quantiles_that_are_off_by_an_eighth_at_most(double q) {
    var random = new Random(7);
    long[] nanos = new long[10_000];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = (long) Math.exp(random.nextDouble(Math.log(1_024), Math.log(1e12)));
      recorder.record(nanos[i]);
    }
    Arrays.sort(nanos);
    double exact = nanos[(int) Math.ceil(q * nanos.length) - 1] / 1e9;
    assertThat(quantile(q)).isCloseTo(exact, within(exact / 8 + 1e-9));
  }

  @Test
  void counts_zeros_that_nobody_recorded() {
    recorder.record(3_000_000);
    assertThat(LatencyRecorder.quantile(List.of(recorder), 98, 0.98)).isZero();
    assertThat(LatencyRecorder.quantile(List.of(recorder), 98, 1)).isCloseTo(0.003, within(0.0004));
  }

  @Test
  void puts_recorders_together() {
    var other = new LatencyRecorder();
    recorder.record(1_000_000);
    other.record(1_000_000_000);
    assertThat(LatencyRecorder.quantile(List.of(recorder, other), 0, 0.5))
        .isCloseTo(0.001, within(0.000_13));
    assertThat(LatencyRecorder.quantile(List.of(recorder, other), 0, 1)).isCloseTo(1, within(0.13));
  }

  @Test
  void has_no_quantile_of_nothing() {
    assertThat(quantile(0.5)).isNaN();
  }

  @Test
  void keeps_what_is_shorter_or_longer_than_its_buckets() {
    recorder.record(0);
    recorder.record(Long.MAX_VALUE);
    assertThat(recorder.count()).isEqualTo(2);
    assertThat(quantile(0.5)).isLessThan(0.000_002);
    assertThat(quantile(1)).isGreaterThan(4_000);
  }

  @Test
  void loses_nothing_between_threads() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < 8; thread++) {
        var _ =
            threads.submit(
                () -> {
                  for (int i = 0; i < 10_000; i++) {
                    recorder.record(i * 1_000L);
                  }
                });
      }
    }
    assertThat(recorder.count()).isEqualTo(80_000);
  }
}
