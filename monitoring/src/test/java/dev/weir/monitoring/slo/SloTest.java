package dev.weir.monitoring.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SloTest {

  private static final Subject CHECKOUT = Subject.operation("checkout");

  @Nested
  class Bad_input {

    @Test
    void is_refused_with_every_problem_named() {
      assertThatThrownBy(
              () -> new Slo(" ", Subject.lane(""), Duration.ZERO, 1.0, Duration.ofMinutes(59), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("name must have 1 to 64")
          .hasMessageContaining("subject has no name")
          .hasMessageContaining("bound = PT0S must be positive")
          .hasMessageContaining("target = 1.0 must be above 0 and below 1")
          .hasMessageContaining("window = PT59M must be 1 hour to 90 days")
          .hasMessageContaining("leastFailures = 0");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.0, 1.5, 99.9, 0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void such_as_an_impossible_target_is_refused(double target) {
      Slo slo = Slo.errors("a", CHECKOUT);
      assertThatThrownBy(() -> slo.target(target)).hasMessageContaining("target = ");
    }

    @Test
    void of_several_names_all_that_are_there_twice_and_how_many_are_too_many() {
      List<Slo> many =
          IntStream.range(0, 65).mapToObj(i -> Slo.errors("slo-" + i / 2, CHECKOUT)).toList();
      assertThatThrownBy(() -> Slos.of(many))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("two are called 'slo-0'")
          .hasMessageContaining("two are called 'slo-31'")
          .hasMessageContaining("65 are too many");
    }

    @Test
    void such_as_a_window_beyond_ninety_days_is_refused() {
      Slo slo = Slo.errors("a", CHECKOUT).window(Duration.ofDays(90));
      assertThatThrownBy(() -> slo.window(Duration.ofDays(90).plusSeconds(1)))
          .hasMessageContaining("90 days");
    }
  }

  @Test
  void each_rule_has_windows_of_its_own_and_the_workbooks_factors() {
    assertThat(BurnRule.standard())
        .extracting(BurnRule::factor, BurnRule::longWindow, BurnRule::shortWindow)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(14.4, Duration.ofHours(1), Duration.ofMinutes(5)),
            org.assertj.core.groups.Tuple.tuple(6.0, Duration.ofHours(6), Duration.ofMinutes(30)),
            org.assertj.core.groups.Tuple.tuple(3.0, Duration.ofDays(1), Duration.ofHours(2)),
            org.assertj.core.groups.Tuple.tuple(1.0, Duration.ofDays(3), Duration.ofHours(6)));
  }

  @Test
  void a_rule_that_looks_further_back_than_its_window_does_not_apply() {
    Slo slo = Slo.errors("a", CHECKOUT).window(Duration.ofHours(1));
    assertThat(slo.rules()).containsExactly(BurnRule.FAST);
    assertThat(slo.window(Duration.ofDays(30)).rules()).hasSize(4);
  }

  @Test
  void the_factor_for_a_low_target_can_be_reached() {
    assertThat(BurnRule.FAST.factor(0.999)).isEqualTo(14.4);
    assertThat(BurnRule.FAST.factor(0.9)).isCloseTo(5, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void what_a_latency_objective_asks_for_has_its_bound_in_it() {
    Slo slo = Slo.latency("fast", Subject.task("mail"), Duration.ofMillis(200));
    assertThat(slo.objective()).isEqualTo("tasks 'mail' within PT0.2S");
    assertThat(Slo.errors("ok", Subject.lane("batch")).objective())
        .isEqualTo("sessions of lane 'batch' succeed");
  }
}
