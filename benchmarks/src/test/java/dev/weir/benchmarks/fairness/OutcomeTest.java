package dev.weir.benchmarks.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  @Test
  void takes_the_median_of_each_figure_by_itself() {
    var median = Outcome.median(List.of(of(1, 0.5), of(3, 0.1), of(2, 0.9)));
    assertThat(median.perSecond()).isEqualTo(2);
    assertThat(median.jain()).isEqualTo(0.5);
  }

  @Test
  void takes_the_middle_of_an_even_number() {
    assertThat(Outcome.median(List.of(of(1, 1), of(2, 1))).perSecond()).isEqualTo(1.5);
  }

  @Test
  void compares_the_p99_with_the_ideal() {
    assertThat(new Outcome("a", 1, 1, 1, 130, 200, 100, 1, 0).p99ToIdeal()).isEqualTo(1.3);
  }

  private static Outcome of(double perSecond, double jain) {
    return new Outcome("a", perSecond, jain, 1, 1, 1, 1, 1, 0);
  }
}
