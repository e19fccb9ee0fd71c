package dev.weir.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeasuredTest {

  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  @Test
  void calls_it_fair_if_all_threads_are_served_alike() {
    var measured = new Measured(4);
    for (int thread = 0; thread < 4; thread++) {
      measured.answered(thread, MILLI, true);
    }
    assertThat(measured.figures(1).jain()).isEqualTo(1);
  }

  @Test
  void calls_it_unfair_if_one_of_four_got_everything() {
    var measured = new Measured(4);
    measured.answered(2, MILLI, true);
    measured.answered(2, MILLI, true);
    assertThat(measured.figures(1).jain()).isEqualTo(0.25);
  }

  @Test
  void counts_a_late_answer_for_the_latency_and_not_for_the_throughput() {
    var measured = new Measured(1);
    measured.answered(0, MILLI, true);
    measured.answered(0, 900 * MILLI, false);

    Figures figures = measured.figures(2);

    assertThat(figures.throughput()).isEqualTo(0.5);
    assertThat(figures.millis(50)).isCloseTo(1, within(0.01));
    assertThat(figures.millis(99)).isCloseTo(900, within(1.0));
  }

  @Test
  void keeps_the_first_failure_and_counts_all() {
    var measured = new Measured(1);
    var first = new IllegalStateException("first");
    measured.failed(first);
    measured.failed(new IllegalStateException("second"));

    Figures figures = measured.figures(1);

    assertThat(figures.failed()).isEqualTo(2);
    assertThat(figures.failure()).isSameAs(first);
  }

  @Test
  void adds_two_turns() {
    var one = new Measured(1);
    one.answered(0, MILLI, true);
    var other = new Measured(1);
    other.answered(0, 3 * MILLI, true);
    other.answered(0, 3 * MILLI, true);

    Figures both = one.figures(1).plus(other.figures(2));

    assertThat(both.throughput()).isEqualTo(1);
    assertThat(both.millis(50)).isCloseTo(3, within(0.01));
    assertThat(both.jain()).isEqualTo(1);
  }
}
