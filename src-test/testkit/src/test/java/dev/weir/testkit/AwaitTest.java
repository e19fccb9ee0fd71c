package dev.weir.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

  @Test
  void returns_as_soon_as_the_condition_holds() {
    var checks = new AtomicInteger();
    Await.until(ofSeconds(30), "three checks", () -> checks.incrementAndGet() == 3);
    assertThat(checks).hasValue(3);
  }

  @Test
  void counts_a_condition_that_throws_as_not_yet_true() {
    var checks = new AtomicInteger();
    Await.until(
        ofSeconds(30),
        "calm",
        () -> {
          if (checks.incrementAndGet() < 3) {
            throw new IllegalStateException("not yet");
          }
          return true;
        });
    assertThat(checks).hasValue(3);
  }

  @Test
  void fails_in_time_and_tells_what_it_waited_for_and_the_last_state() {
    var checks = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Await.until(
                    ofMillis(30),
                    () -> "the impossible (" + checks + " tries)",
                    () -> checks.incrementAndGet() < 0))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching(
            "Waited \\d+ ms for the impossible \\(\\d+ tries\\); .* checks was false");
  }

  @Test
  void fails_with_what_the_last_check_threw() {
    assertThatThrownBy(
            () ->
                Await.until(
                    ofMillis(10),
                    "calm",
                    () -> {
                      throw new IllegalStateException("still angry");
                    }))
        .hasMessageContaining("still angry")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void ends_at_once_when_interrupted_and_leaves_the_thread_so() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Await.until(ofSeconds(30), "the end", () -> false))
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
