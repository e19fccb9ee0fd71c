package dev.weir.gate;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.SettableTime;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetryTest {

  private static final Retry RETRY = Retry.exponential(ofMillis(10), ofMillis(100)).attempts(5);

  /** Always the greatest number that was asked for. */
  private static final RandomGenerator GREATEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  @Test
  void counts_the_first_try_among_its_attempts() {
    assertThat(RETRY.allows(4)).isTrue();
    assertThat(RETRY.allows(5)).isFalse();
    assertThat(Retry.never().allows(1)).isFalse();
    assertThat(Retry.exponential(ofMillis(1), ofMillis(2)).attempts()).isEqualTo(3);
  }

  @Test
  void doubles_its_longest_wait_with_each_failure_up_to_the_cap() {
    List<Duration> longest =
        IntStream.rangeClosed(1, 6).mapToObj(failed -> RETRY.delay(failed, GREATEST)).toList();
    assertThat(longest)
        .containsExactly(
            ofMillis(10), ofMillis(20), ofMillis(40), ofMillis(80), ofMillis(100), ofMillis(100));
    assertThat(RETRY.delay(Integer.MAX_VALUE, GREATEST)).isEqualTo(ofMillis(100));
  }

  @Test
  void lets_chance_choose_between_nothing_and_the_longest_wait() {
    var random = new Random(3101);
    List<Long> waits =
        IntStream.range(0, 1_000).mapToObj(_ -> RETRY.delay(2, random).toNanos()).toList();
    assertThat(waits).allMatch(nanos -> nanos >= 0 && nanos <= 20_000_000);
    double mean = waits.stream().mapToLong(Long::longValue).average().orElseThrow();
    assertThat(mean).isBetween(9_000_000.0, 11_000_000.0);
    assertThat(RETRY.delay(2, new Random(1))).isEqualTo(RETRY.delay(2, new Random(1)));
  }

  @Test
  void may_wait_not_at_all() {
    assertThat(Retry.exponential(Duration.ZERO, Duration.ZERO).delay(3, new Random(1))).isZero();
  }

  @Test
  void tries_again_after_any_exception_but_not_after_an_error() {
    assertThat(RETRY.allows(1, new IOException())).isTrue();
    assertThat(RETRY.allows(5, new IOException())).isFalse();
    assertThat(RETRY.allows(1, new LinkageError())).isFalse();
  }

  @Test
  void can_be_told_after_which_failures_to_try_again() {
    Retry onIo = RETRY.on(IOException.class).except(FileNotFoundException.class);
    assertThat(onIo.allows(1, new IOException())).isTrue();
    assertThat(onIo.allows(1, new EOFException())).isTrue();
    assertThat(onIo.allows(1, new FileNotFoundException())).isFalse();
    assertThat(onIo.allows(1, new IllegalStateException())).isFalse();
    Retry on503 = RETRY.after(it -> "503".equals(it.getMessage())).attempts(2);
    assertThat(on503.allows(1, new IOException("503"))).isTrue();
    assertThat(on503.allows(2, new IOException("503"))).isFalse();
    assertThat(on503.allows(1, new IOException("404"))).isFalse();
  }

  @Test
  void refuses_to_go_on_for_ever() {
    assertThatThrownBy(() -> RETRY.attempts(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 1000")
        .hasMessageContaining("loop");
  }

  @Test
  void refuses_what_is_no_plan_and_says_why() {
    assertThatThrownBy(() -> RETRY.attempts(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("attempts = 0");
    assertThatThrownBy(() -> Retry.exponential(ofMillis(-1), ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.001S");
    assertThatThrownBy(() -> Retry.exponential(ofMillis(2), ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Retry.exponential(ofMillis(2), Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RETRY.delay(0, GREATEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("first try");
  }

  @Nested
  class A_budget {

    private final RetryBudget budget = RetryBudget.of(10, 2);

    @Test
    void is_full_at_first_and_then_empty() {
      assertThat(budget.left()).isEqualTo(2);
      assertThat(budget.spend()).isTrue();
      assertThat(budget.spend()).isTrue();
      assertThat(budget.spend()).isFalse();
      assertThat(budget.left()).isZero();
    }

    @Test
    void earns_one_retry_for_so_many_first_tries() {
      assertThat(budget.spend()).isTrue();
      assertThat(budget.spend()).isTrue();
      IntStream.range(0, 9).forEach(_ -> budget.earn());
      assertThat(budget.spend()).isFalse();
      budget.earn();
      assertThat(budget.spend()).isTrue();
      assertThat(budget.spend()).isFalse();
    }

    @Test
    void keeps_no_more_than_its_bound() {
      IntStream.range(0, 1_000).forEach(_ -> budget.earn());
      assertThat(budget)
          .hasToString("2 retries left, one more for every 10 first tries, at most 2");
    }

    @Test
    void can_earn_by_time_as_well_so_that_who_comes_seldom_may_retry() {
      var time = SettableTime.create();
      RetryBudget timed = budget.andEvery(Duration.ofSeconds(1), time::nanos);
      assertThat(timed.spend()).isTrue();
      assertThat(timed.spend()).isTrue();
      time.advance(ofMillis(999));
      assertThat(timed.spend()).isFalse();
      time.advance(ofMillis(1));
      assertThat(timed.spend()).isTrue();
      assertThat(timed.spend()).isFalse();
      time.advance(Duration.ofDays(1_000));
      assertThat(timed.left()).isEqualTo(2);
      assertThatThrownBy(() -> budget.andEvery(Duration.ZERO, time::nanos))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_nothing_is_refused() {
      assertThatThrownBy(() -> RetryBudget.of(0, 1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> RetryBudget.of(1, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most 0 kept");
    }
  }
}
