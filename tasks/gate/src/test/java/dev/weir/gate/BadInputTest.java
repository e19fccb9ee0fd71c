package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What users get wrong, and what they are told. */
class BadInputTest {

  private final List<String> told = new ArrayList<>();

  private static Gate gate(int limit, LaneSettings... lanes) {
    return Gate.open("db", limit, List.of(lanes));
  }

  private void ask(Lane lane, String name) {
    lane.request(new RecordingWaiter(name, told));
  }

  @Nested
  class A_gate {

    private final Gate gate = gate(2, LaneSettings.named("a"), LaneSettings.named("b"));

    @Test
    void names_its_lanes_to_who_asks_for_one_that_was_not_declared() {
      assertThatThrownBy(() -> gate.lane("bacth"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("No lane 'bacth' in gate 'db'; declared are [a, b].");
    }

    @Test
    void refuses_reserves_that_add_up_to_more_than_its_limit() {
      var a = LaneSettings.named("a").reserved(2);
      var b = LaneSettings.named("b").reserved(3);
      assertThatThrownBy(() -> gate(4, a, b))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "gate 'db': limit = 4 must be 0 or more and cover the 5 permits its lanes reserve");
    }

    @Test
    void refuses_a_negative_limit() {
      assertThatThrownBy(() -> gate(-1, LaneSettings.named("a")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("gate 'db': limit = -1 must be 0 or more");
      assertThatThrownBy(() -> gate.resize(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("gate 'db': limit = -1 must be 0 or more");
    }

    @Test
    void without_a_supply_refuses_to_count_one() {
      String counts = "gate 'db' counts no supply: open it by Gate.supplied";
      assertThatThrownBy(gate::addSupply)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(counts);
      assertThatThrownBy(gate::loseSupply)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(counts);
      assertThatThrownBy(gate::tryTakeSupply)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(counts);
      assertThat(gate.lane("a").tryAcquire()).isTrue();
    }

    @Test
    void loses_no_supply_that_it_was_never_given() {
      Gate supplied = Gate.supplied("db", 2, List.of(LaneSettings.named("a")), () -> {});
      supplied.addSupply();
      supplied.loseSupply();
      assertThatThrownBy(supplied::loseSupply)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("gate 'db' lost more than it was ever given: a bug in its owner");
      supplied.addSupply();
      assertThat(supplied.lane("a").tryAcquire()).isTrue();
    }

    @Test
    void resized_to_0_says_so_to_who_gives_up_and_goes_on_at_10_000() {
      Lane a = gate.lane("a");
      gate.resize(0);
      assertThatThrownBy(() -> a.acquire(Deadline.in(Duration.ofMillis(5))))
          .isInstanceOf(AdmissionRejectedException.class)
          .hasMessageMatching(
              "No permit in lane 'a' of gate 'db' after \\d+ ms: 0 of 0 permits in use, 0 of them by"
                  + " this lane \\(its limit: none\\), 0 waiting\\. Return permits sooner, give the"
                  + " call more time, or raise the limit\\.");
      IntStream.range(0, 10_001).forEach(i -> ask(a, "w" + i));
      gate.resize(10_000);
      assertThat(told).hasSize(10_000).startsWith("w0").endsWith("w9999");
      assertThat(gate.snapshot().inUse()).isEqualTo(10_000);
      assertThat(a.snapshot().queued()).isOne();
    }

    @Test
    void can_have_five_hundred_lanes_and_serves_all_of_them() {
      List<LaneSettings> many =
          IntStream.range(0, 500).mapToObj(i -> LaneSettings.named("lane" + i)).toList();
      Gate wide = Gate.open("wide", 1, many);
      assertThat(wide.lane("lane0").tryAcquire()).isTrue();
      List<String> names = many.stream().map(LaneSettings::name).toList();
      names.forEach(it -> ask(wide.lane(it), it));
      wide.lane("lane0").release();
      for (int i = 0; i < 499; i++) {
        wide.lane(told.getLast()).release();
      }
      assertThat(told).containsExactlyElementsOf(names);
      assertThatThrownBy(() -> wide.lane("lane500"))
          .hasMessageStartingWith("No lane 'lane500' in gate 'wide'; declared are [lane0, lane1,");
    }
  }

  @Nested
  class A_lane {

    @Test
    void refuses_a_weight_of_0() {
      assertThatThrownBy(() -> LaneSettings.named("a").weight(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("lane 'a': weight = 0 must be at least 1;");
    }

    @Test
    void refuses_negative_limits() {
      assertThatThrownBy(() -> LaneSettings.named("a").limit(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("lane 'a': limit = -1 must be at least 1 and at least reserved;");
      assertThatThrownBy(() -> LaneSettings.named("a").reserved(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("lane 'a': reserved = -1 must be 0 or more;");
      assertThatThrownBy(() -> LaneSettings.named("a").queueBound(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("lane 'a': queueBound = -1 must be 0 or more;");
    }

    @Test
    void refuses_a_reserve_above_its_own_limit() {
      assertThatThrownBy(() -> LaneSettings.named("a").limit(2).reserved(3))
          .hasMessage("lane 'a': limit = 2 must be at least 1 and at least reserved;");
    }
  }

  @Nested
  class A_deadline_already_past {

    private final Lane lane = gate(1, LaneSettings.named("a")).lane("a");

    @Test
    void is_refused_at_once_though_a_permit_is_free() {
      for (Duration past : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
        assertThatThrownBy(() -> lane.acquire(Deadline.in(past)))
            .isInstanceOfSatisfying(
                AdmissionRejectedException.class,
                it -> assertThat(it.reason()).isEqualTo(Reason.DEADLINE))
            .hasMessageStartingWith(
                "No permit in lane 'a' of gate 'db' after 0 ms: 0 of 1 permits in use");
      }
      assertThat(lane.snapshot().inUse()).isZero();
      assertThat(lane.snapshot().rejected()).isEqualTo(2);
    }

    @Test
    void is_refused_without_a_trace_by_await_too() {
      assertThat(lane.tryAcquire()).isTrue();
      assertThatThrownBy(() -> lane.await(Deadline.in(Duration.ZERO)))
          .isInstanceOf(AdmissionRejectedException.class);
      assertThat(lane.snapshot().queued()).isZero();
      lane.release();
      assertThat(lane.tryAcquire()).isTrue();
    }
  }

  @Nested
  class A_holder_that_never_returns {

    private final Gate gate = gate(2, LaneSettings.named("a").limit(1), LaneSettings.named("b"));

    @Test
    void costs_others_their_deadline_and_no_more_and_is_named_by_its_lane() {
      assertThat(gate.lane("a").tryAcquire()).isTrue(); // never released
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> gate.lane("a").acquire(Deadline.in(Duration.ofMillis(2))))
            .isInstanceOf(AdmissionRejectedException.class)
            .hasMessageContaining("1 of 2 permits in use, 1 of them by this lane (its limit: 1)");
      }
      assertThat(gate.lane("b").acquire(Deadline.NONE)).isZero();
      assertThat(gate.snapshot().queued()).isZero();
    }

    @Test
    void does_not_keep_the_gate_from_closing() {
      assertThat(gate.lane("a").tryAcquire()).isTrue();
      gate.close();
      assertThat(gate.awaitEmpty(Deadline.in(Duration.ofMillis(2)))).isFalse();
      assertThatThrownBy(() -> gate.lane("b").acquire(Deadline.NONE))
          .hasMessage(
              "Closed: lane 'b' of gate 'db' admits nobody any more. Stop calling it once its owner"
                  + " closes or drains.");
    }
  }
}
