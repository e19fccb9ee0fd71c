package dev.weir.monitoring.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("faults")
class BacklogTest {

  private long now;
  private final Backlog backlog = new Backlog(() -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private Duration late(long head, long replayed) {
    return backlog.late("r", head, replayed);
  }

  @Test
  void a_replica_that_has_all_is_never_late_however_long_nothing_happens() {
    assertThat(late(100, 100)).isZero();
    pass(Duration.ofHours(1));
    assertThat(late(100, 100)).isZero();
    assertThat(late(101, 100)).as("it has just been written").isZero();
  }

  @Test
  void what_was_there_at_an_earlier_look_and_is_still_missing_is_late_since_then() {
    assertThat(late(110, 100)).isZero();
    pass(Duration.ofSeconds(10));
    assertThat(late(120, 105)).isEqualTo(Duration.ofSeconds(10));
    pass(Duration.ofSeconds(5));
    assertThat(late(130, 109)).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void one_that_keeps_up_under_a_steady_load_is_not_late() {
    for (int i = 0; i < 10; i++) {
      assertThat(late(100 + 10 * i, 95 + 10 * i)).isLessThan(Duration.ofSeconds(2));
      pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void one_that_went_away_is_forgotten() {
    assertThat(late(110, 100)).isZero();
    backlog.keep(Set.of("another"));
    pass(Duration.ofSeconds(10));
    assertThat(late(110, 100)).isZero();
  }
}
