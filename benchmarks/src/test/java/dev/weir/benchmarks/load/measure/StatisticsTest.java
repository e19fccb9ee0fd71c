package dev.weir.benchmarks.load.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void take_the_middle_whatever_the_order() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Statistics.median(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(3);
    assertThat(Statistics.median(List.of())).isNaN();
  }

  @Test
  void take_percentiles_between_the_nearest_ranks() {
    List<Double> hundred = IntStream.rangeClosed(0, 100).mapToObj(it -> (double) it).toList();
    assertThat(Statistics.percentile(hundred, 95)).isEqualTo(95);
    assertThat(Statistics.percentile(hundred, 100)).isEqualTo(100);
    assertThat(Statistics.percentile(hundred, 0)).isZero();
    assertThat(Statistics.percentile(List.of(10.0, 20.0), 25)).isEqualTo(12.5);
    assertThatThrownBy(() -> Statistics.percentile(hundred, 101))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("101");
  }

  @Test
  void tell_even_shares_from_one_that_has_all() {
    assertThat(Statistics.jain(new long[] {7, 7, 7, 7})).isEqualTo(1);
    assertThat(Statistics.jain(new long[] {5, 0, 0, 0})).isEqualTo(0.25);
    assertThat(Statistics.jain(new long[] {1, 2, 3})).isCloseTo(36.0 / 42, within(1e-12));
    assertThat(Statistics.jain(new long[] {0, 0})).isNaN();
  }
}
