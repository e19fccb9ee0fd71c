package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.monitoring.Health.Status;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HealthTest {

  @Nested
  class What_is_not_up {

    @Test
    void must_say_cause_evidence_and_mend() {
      Evidence some = Evidence.of("free", 3);
      assertThatThrownBy(() -> new Health.Degraded("disk", " ", some, "clean up"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cause, evidence and mend")
          .hasMessageContaining("'disk'");
      assertThatThrownBy(() -> new Health.Down("disk", "full", Evidence.none(), "clean up"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Health.Unknown("disk", "silent", some, ""))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tells_all_three_in_one_line() {
      var health =
          new Health.Down("disk", "it is full", Evidence.of("free", "0 B"), "remove old files");
      assertThat(health.line()).isEqualTo("disk is down: it is full (free 0 B); remove old files");
    }

    @Test
    void shows_no_secret() {
      var health =
          new Health.Down(
              "db", "password=canary", Evidence.of("url", "redis://:canary@h"), "token: canary");
      assertThat(health.toString() + health.line()).doesNotContain("canary");
    }
  }

  @Test
  void knows_its_status() {
    Evidence some = Evidence.of("n", 1);
    List<Health> all =
        List.of(
            Health.up("a"),
            new Health.Degraded("a", "b", some, "c"),
            new Health.Unknown("a", "b", some, "c"),
            new Health.Down("a", "b", some, "c"));
    assertThat(all)
        .extracting(Health::status)
        .containsExactly(Status.UP, Status.DEGRADED, Status.UNKNOWN, Status.DOWN);
  }

  @Test
  void orders_statuses_from_best_to_worst() {
    assertThat(Status.DEGRADED.worst(Status.UNKNOWN)).isEqualTo(Status.UNKNOWN);
    assertThat(Status.DOWN.worst(Status.UNKNOWN)).isEqualTo(Status.DOWN);
    assertThat(Status.UP.worst(Status.UP)).isEqualTo(Status.UP);
  }

  @Nested
  class Evidence_ {

    @Test
    void keeps_the_order_in_which_figures_were_given() {
      Evidence evidence = Evidence.of("z", 1).and("a", 2).and("m", 3);
      assertThat(evidence.figures().keySet()).containsExactly("z", "a", "m");
      assertThat(evidence.text()).isEqualTo("z 1, a 2, m 3");
    }

    @Test
    void does_not_change_when_one_is_added() {
      Evidence one = Evidence.of("z", 1);
      Evidence two = one.and("z", 2).and("a", 3);
      assertThat(one.figures()).containsOnlyKeys("z").containsEntry("z", "1");
      assertThat(two.figures()).containsEntry("z", "2");
      assertThatThrownBy(() -> two.figures().put("b", "4"))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }
}
