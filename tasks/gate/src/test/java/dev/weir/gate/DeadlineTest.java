package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class DeadlineTest {

  private final SettableTime time = SettableTime.create();

  private Deadline in(long seconds) {
    return Deadline.in(Duration.ofSeconds(seconds), time::nanos);
  }

  @Test
  void counts_down_to_zero_and_stays_there() {
    Deadline deadline = in(3);
    time.advance(Duration.ofSeconds(1));
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(2));
    assertThat(deadline.hasPassed()).isFalse();
    time.advance(Duration.ofSeconds(5));
    assertThat(deadline.remaining()).isZero();
    assertThat(deadline.hasPassed()).isTrue();
  }

  @Test
  void is_bound_around_the_work_and_no_longer() throws IOException {
    assertThat(Deadline.current()).isSameAs(Deadline.NONE);
    String seen = in(1).call(() -> Deadline.current().remaining().toString());
    assertThat(seen).isEqualTo("PT1S");
    assertThat(Deadline.current().isBound()).isFalse();
  }

  @Test
  void nests_only_towards_sooner() {
    in(2)
        .run(
            () -> {
              Deadline.useWithin(
                  Duration.ofDays(1),
                  () ->
                      assertThat(Deadline.current().remaining()).isEqualTo(Duration.ofSeconds(2)));
              long inner =
                  Deadline.within(Duration.ofMillis(1), () -> Deadline.current().remainingNanos());
              assertThat(inner).isLessThanOrEqualTo(1_000_000);
            });
  }

  @Test
  void lets_the_works_own_failure_through() {
    var failure = new IOException("mine");
    assertThatThrownBy(
            () ->
                Deadline.useWithin(
                    Duration.ofSeconds(1),
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void does_not_follow_work_to_another_thread_by_itself() throws InterruptedException {
    var seen = new ArrayList<Boolean>();
    Thread other =
        in(1).call(() -> Thread.ofVirtual().start(() -> seen.add(Deadline.current().isBound())));
    other.join();
    assertThat(seen).containsExactly(false);
  }

  @Test
  void of_two_takes_the_sooner_and_of_none_the_other() {
    Deadline one = in(1);
    Deadline two = in(2);
    assertThat(one.sooner(two)).isSameAs(one);
    assertThat(two.sooner(one)).isSameAs(one);
    assertThat(Deadline.NONE.sooner(two)).isSameAs(two);
    assertThat(two.sooner(Deadline.NONE)).isSameAs(two);
  }

  @Test
  void takes_any_budget_however_long_or_negative() {
    assertThat(Deadline.in(Duration.ofSeconds(Long.MAX_VALUE)).hasPassed()).isFalse();
    assertThat(Deadline.in(Duration.ofSeconds(-1)).hasPassed()).isTrue();
    assertThat(Deadline.in(Duration.ofSeconds(Long.MIN_VALUE)).hasPassed()).isTrue();
    assertThat(Deadline.NONE.hasPassed()).isFalse();
  }

  @Test
  @SuppressWarnings("NullAway") // the point of it
  void names_what_is_missing() {
    assertThatThrownBy(() -> Deadline.in(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("budget");
  }
}
