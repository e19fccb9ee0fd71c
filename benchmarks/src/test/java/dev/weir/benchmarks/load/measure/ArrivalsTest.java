package dev.weir.benchmarks.load.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private static final Duration LENGTH = Duration.ofSeconds(50);

  @Test
  void come_as_often_as_asked_for_within_the_time_in_order() {
    long[] arrivals = Arrivals.poisson(1_000, LENGTH, 1);
    assertThat((double) arrivals.length).isCloseTo(50_000, withinPercentage(2));
    assertThat(arrivals).isSorted();
    assertThat(arrivals[arrivals.length - 1]).isLessThan(LENGTH.toNanos());
  }

  @Test
  void have_gaps_as_uneven_as_those_of_callers_who_know_nothing_of_each_other() {
    long[] arrivals = Arrivals.poisson(1_000, LENGTH, 2);
    double shorterThanTheMean =
        IntStream.range(1, arrivals.length)
            .filter(i -> arrivals[i] - arrivals[i - 1] < 1_000_000)
            .count();
    assertThat(shorterThanTheMean / arrivals.length)
        .isCloseTo(1 - Math.exp(-1), withinPercentage(2));
  }

  @Test
  void are_the_same_for_the_same_seed_only() {
    assertThat(Arrivals.poisson(10, LENGTH, 3)).isEqualTo(Arrivals.poisson(10, LENGTH, 3));
    assertThat(Arrivals.poisson(10, LENGTH, 3)).isNotEqualTo(Arrivals.poisson(10, LENGTH, 4));
  }

  @Test
  void must_come_at_all() {
    assertThatThrownBy(() -> Arrivals.poisson(0, LENGTH, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be positive");
  }
}
