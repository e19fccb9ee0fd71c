package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GateTest {

  private final List<String> admissions = new ArrayList<>();

  private RecordingWaiter ask(Lane lane, String name) {
    var waiter = new RecordingWaiter(name, admissions);
    lane.request(waiter);
    return waiter;
  }

  private static Gate gate(int limit, LaneSettings... lanes) {
    return Gate.open("db", limit, List.of(lanes));
  }

  private static void take(Lane lane, int permits) {
    IntStream.range(0, permits).forEach(_ -> assertThat(lane.tryAcquire()).isTrue());
  }

  @Nested
  class One_lane {

    private final Gate gate = gate(2, LaneSettings.named("a"));
    private final Lane lane = gate.lane("a");

    @Test
    void lets_in_as_many_as_the_gate_has_permits() {
      take(lane, 2);
      assertThat(lane.tryAcquire()).isFalse();
      lane.release();
      assertThat(lane.tryAcquire()).isTrue();
    }

    @Test
    void admits_at_once_while_a_permit_is_free() {
      ask(lane, "one");
      assertThat(admissions).containsExactly("one");
      assertThat(lane.acquire(Deadline.NONE)).isZero();
    }

    @Test
    void hands_each_permit_to_the_longest_waiting() {
      take(lane, 2);
      ask(lane, "first");
      ask(lane, "second");
      ask(lane, "third");
      lane.release();
      lane.release();
      assertThat(admissions).containsExactly("first", "second");
    }

    @Test
    void lets_nobody_snatch_a_permit_from_those_who_wait() {
      take(lane, 2);
      ask(lane, "first");
      lane.release();
      assertThat(lane.tryAcquire()).isFalse();
      assertThat(admissions).containsExactly("first");
    }

    @Test
    void passes_over_a_waiter_that_was_cancelled() {
      take(lane, 2);
      ask(lane, "first");
      RecordingWaiter second = ask(lane, "second");
      ask(lane, "third");
      assertThat(lane.cancel(second)).isTrue();
      assertThat(lane.cancel(second)).isFalse();
      lane.release();
      lane.release();
      assertThat(admissions).containsExactly("first", "third");
    }

    @Test
    void does_not_cancel_a_waiter_that_was_admitted() {
      RecordingWaiter one = ask(lane, "one");
      assertThat(lane.cancel(one)).isFalse();
      assertThat(lane.snapshot().inUse()).isOne();
    }

    @Test
    void refuses_a_waiter_that_was_used() {
      RecordingWaiter one = ask(lane, "one");
      assertThatThrownBy(() -> lane.request(one)).isInstanceOf(IllegalStateException.class);
      assertThat(lane.snapshot().inUse()).isOne();
    }

    @Test
    void lends_beyond_its_permits_to_work_under_way_and_heals_as_they_come_back() {
      take(lane, 2);
      ask(lane, "first");
      lane.overdraw();
      assertThat(lane.snapshot().inUse()).isEqualTo(3);
      lane.release();
      assertThat(admissions).isEmpty();
      lane.release();
      assertThat(admissions).containsExactly("first");
    }

    @Test
    void refuses_a_permit_too_many() {
      assertThatThrownBy(lane::release)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("lane 'a' of gate 'db'");
      take(lane, 2);
      assertThat(lane.tryAcquire()).isFalse();
    }

    @Test
    void counts_what_it_did() {
      take(lane, 2);
      ask(lane, "waits");
      lane.release();
      LaneSnapshot seen = lane.snapshot();
      assertThat(seen.admitted()).isEqualTo(3);
      assertThat(seen.waited()).isEqualTo(1);
      assertThat(seen.inUse()).isEqualTo(2);
      assertThat(seen.queued()).isZero();
      assertThat(gate.snapshot().admitted()).isEqualTo(3);
    }
  }

  @Nested
  class A_full_queue {

    private final Gate gate = gate(1, LaneSettings.named("a").queueBound(2));
    private final Lane lane = gate.lane("a");

    @Test
    void refuses_the_next_and_tells_what_to_change() {
      take(lane, 1);
      ask(lane, "first");
      ask(lane, "second");
      assertThatThrownBy(() -> ask(lane, "third"))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              refusal -> {
                assertThat(refusal.reason()).isEqualTo(Reason.QUEUE_FULL);
                assertThat(refusal.gate()).isEqualTo("db");
                assertThat(refusal.lane()).isEqualTo("a");
                assertThat(refusal.queued()).isEqualTo(2);
                assertThat(refusal)
                    .hasMessageContaining("bounded to 2")
                    .hasMessageContaining("1 of 1 permits in use")
                    .hasMessageContaining("raise the queue bound or the limit");
              });
      assertThat(lane.snapshot().rejected()).isOne();
    }

    @Test
    void ends_its_refusal_with_the_owners_advice_if_there_is_one() {
      var advised =
          gate(1, LaneSettings.named("a").queueBound(0).advice("Raise 'my.queue'.")).lane("a");
      take(advised, 1);
      assertThatThrownBy(() -> ask(advised, "next"))
          .message()
          .contains("1 of 1 permits in use")
          .endsWith(" 0 waiting. Raise 'my.queue'.");
    }

    @Test
    void takes_the_next_once_one_has_left_it() {
      take(lane, 1);
      RecordingWaiter first = ask(lane, "first");
      ask(lane, "second");
      lane.cancel(first);
      ask(lane, "third");
      lane.release();
      lane.release();
      assertThat(admissions).containsExactly("second", "third");
    }

    @Test
    void can_be_asked_again_with_the_refused_waiter() {
      var none = gate(1, LaneSettings.named("a").queueBound(0)).lane("a");
      take(none, 1);
      var waiter = new RecordingWaiter("again", admissions);
      assertThatThrownBy(() -> none.request(waiter)).isInstanceOf(AdmissionRejectedException.class);
      none.release();
      none.request(waiter);
      assertThat(admissions).containsExactly("again");
    }
  }

  @Nested
  class Reserves {

    private final Gate gate =
        gate(4, LaneSettings.named("admin").reserved(1), LaneSettings.named("batch"));
    private final Lane admin = gate.lane("admin");
    private final Lane batch = gate.lane("batch");

    @Test
    void are_kept_for_their_lane() {
      take(batch, 3);
      assertThat(batch.tryAcquire()).isFalse();
      assertThat(admin.tryAcquire()).isTrue();
    }

    @Test
    void are_all_that_is_kept() {
      take(admin, 4);
      assertThat(batch.tryAcquire()).isFalse();
      admin.release();
      assertThat(batch.tryAcquire()).isTrue();
    }

    @Test
    void are_free_again_the_moment_their_user_leaves() {
      take(batch, 3);
      take(admin, 1);
      ask(batch, "batch");
      admin.release();
      assertThat(admissions).isEmpty();
      assertThat(admin.tryAcquire()).isTrue();
    }

    @Test
    void go_first_when_the_gate_was_made_smaller_than_what_it_has_out() {
      take(batch, 3);
      take(admin, 1);
      gate.resize(1);
      admin.release();
      ask(batch, "batch");
      ask(admin, "admin");
      IntStream.range(0, 3).forEach(_ -> batch.release());
      assertThat(admissions).containsExactly("admin");
    }

    @Test
    void must_fit_into_the_limit() {
      assertThatThrownBy(() -> gate(1, LaneSettings.named("a").reserved(2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cover the 2 permits");
      int most = Integer.MAX_VALUE;
      assertThatThrownBy(
              () ->
                  gate(
                      5,
                      LaneSettings.named("a").reserved(most),
                      LaneSettings.named("b").reserved(most)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cover the 4294967294 permits");
    }
  }

  @Nested
  class Weights {

    @Test
    void share_the_permits_of_waiting_lanes_within_five_percent() {
      int[] weights = {1, 5, 10, 20};
      Gate gate =
          Gate.open(
              "tasks",
              3,
              IntStream.of(weights)
                  .mapToObj(it -> LaneSettings.named("w" + it).weight(it))
                  .toList());
      Lane heavy = gate.lane("w20");
      take(heavy, 3);
      for (int weight : weights) {
        IntStream.range(0, 4_000).forEach(_ -> ask(gate.lane("w" + weight), "w" + weight));
      }
      heavy.release();
      heavy.release();
      heavy.release();
      while (admissions.size() < 3_600) {
        gate.lane(admissions.get(admissions.size() - 3)).release();
      }
      for (int weight : weights) {
        long got = admissions.stream().filter(("w" + weight)::equals).count();
        assertThat((double) got).isCloseTo(100.0 * weight, within(5.0 * weight));
      }
    }

    @Test
    void give_an_idle_lane_no_turns_to_save_up() {
      Gate gate = gate(1, LaneSettings.named("idle"), LaneSettings.named("busy"));
      Lane busy = gate.lane("busy");
      take(busy, 1);
      IntStream.range(0, 200).forEach(_ -> ask(busy, "busy"));
      IntStream.range(0, 100).forEach(_ -> busy.release());
      IntStream.range(0, 100).forEach(_ -> ask(gate.lane("idle"), "idle"));
      admissions.clear();
      busy.release();
      while (admissions.size() < 20) {
        gate.lane(admissions.getLast()).release();
      }
      assertThat(admissions.stream().filter("idle"::equals).count()).isBetween(9L, 11L);
    }
  }

  @Nested
  class A_lane_with_a_limit {

    @Test
    void never_holds_more_and_leaves_the_rest_to_others() {
      Gate gate = gate(3, LaneSettings.named("small").limit(1), LaneSettings.named("other"));
      take(gate.lane("small"), 1);
      assertThat(gate.lane("small").tryAcquire()).isFalse();
      ask(gate.lane("small"), "small");
      ask(gate.lane("other"), "other");
      assertThat(admissions).containsExactly("other");
    }
  }

  @Nested
  class Resizing {

    private final Gate gate = gate(1, LaneSettings.named("a"));
    private final Lane lane = gate.lane("a");

    @Test
    void up_admits_those_who_wait_in_their_order() {
      take(lane, 1);
      List.of("first", "second", "third").forEach(it -> ask(lane, it));
      gate.resize(3);
      assertThat(admissions).containsExactly("first", "second");
    }

    @Test
    void down_heals_as_permits_come_back() {
      gate.resize(3);
      take(lane, 3);
      gate.resize(1);
      ask(lane, "waits");
      lane.release();
      lane.release();
      assertThat(admissions).isEmpty();
      assertThat(gate.snapshot().inUse()).isEqualTo(1);
      lane.release();
      assertThat(admissions).containsExactly("waits");
    }

    @Test
    void to_zero_admits_nobody_and_back_admits_again() {
      gate.resize(0);
      ask(lane, "waits");
      assertThat(admissions).isEmpty();
      gate.resize(1);
      assertThat(admissions).containsExactly("waits");
    }

    @Test
    void refuses_a_negative_limit() {
      assertThatThrownBy(() -> gate.resize(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("limit = -1");
    }
  }

  @Nested
  class Closing {

    private final Gate gate = gate(1, LaneSettings.named("a"));
    private final Lane lane = gate.lane("a");

    @Test
    void refuses_those_who_wait_and_those_who_come() {
      take(lane, 1);
      RecordingWaiter waiting = ask(lane, "waits");
      gate.close();
      assertThat(waiting.refusal)
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              it -> assertThat(it.reason()).isEqualTo(Reason.CLOSED));
      assertThat(lane.tryAcquire()).isFalse();
      assertThatThrownBy(() -> lane.acquire(Deadline.NONE))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              it -> assertThat(it.reason()).isEqualTo(Reason.CLOSED));
      assertThat(lane.snapshot().rejected()).isEqualTo(2);
    }

    @Test
    void takes_back_what_is_out() {
      take(lane, 1);
      gate.close();
      lane.release();
      assertThat(gate.snapshot().inUse()).isZero();
      assertThat(gate.awaitEmpty(Deadline.NONE)).isTrue();
    }
  }

  @Nested
  class Waiting_until_empty {

    private final Gate gate = gate(2, LaneSettings.named("a"));
    private final Lane lane = gate.lane("a");

    @Test
    void ends_with_the_last_permit() throws InterruptedException {
      take(lane, 2);
      var waits = new CountDownLatch(1);
      var results = new ArrayList<Boolean>();
      Thread waiting =
          Thread.ofVirtual()
              .start(
                  () -> {
                    waits.countDown();
                    results.add(gate.awaitEmpty(Deadline.NONE));
                  });
      waits.await();
      lane.release();
      lane.release();
      waiting.join();
      assertThat(results).containsExactly(true);
    }

    @Test
    void gives_up_at_the_deadline() {
      take(lane, 1);
      assertThat(gate.awaitEmpty(Deadline.in(Duration.ofMillis(5)))).isFalse();
    }

    @Test
    void gives_up_at_an_interrupt_and_keeps_the_flag() {
      take(lane, 1);
      Thread.currentThread().interrupt();
      assertThat(gate.awaitEmpty(Deadline.NONE)).isFalse();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Nested
  class Opening {

    @Test
    void names_the_lanes_it_has_when_asked_for_another() {
      assertThatThrownBy(() -> gate(2, LaneSettings.named("a")).lane("b"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("No lane 'b'")
          .hasMessageContaining("[a]");
    }

    @Test
    void keeps_every_setting_that_a_wither_does_not_name() {
      var lane = LaneSettings.named("a").advice("Do.").queueBound(4).weight(3).limit(2).reserved(1);
      assertThat(lane).isEqualTo(new LaneSettings("a", 1, 2, 3, 4, CoDel.byBudget(), "Do."));
      assertThat(lane.advice(""))
          .isEqualTo(new LaneSettings("a", 1, 2, 3, 4, CoDel.byBudget(), ""));
    }

    @Test
    void refuses_two_lanes_of_one_name_and_none_at_all() {
      assertThatThrownBy(() -> gate(2, LaneSettings.named("a"), LaneSettings.named("a")))
          .hasMessageContaining("two lanes 'a'");
      assertThatThrownBy(() -> gate(2)).hasMessageContaining("at least one lane");
    }

    @Test
    void names_every_figure_of_a_lane_that_is_wrong() {
      assertThatThrownBy(() -> new LaneSettings("a", -1, 0, 0, -1, CoDel.off(), ""))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("reserved = -1")
          .hasMessageContaining("limit = 0")
          .hasMessageContaining("weight = 0")
          .hasMessageContaining("queueBound = -1");
    }
  }

  @Test
  void a_refusal_keeps_what_is_suppressed_in_it() {
    Gate closed = gate(1, LaneSettings.named("a"));
    closed.close();
    assertThatThrownBy(
            () -> {
              try (AutoCloseable _ = () -> failToClose()) {
                closed.lane("a").acquire(Deadline.NONE);
              }
            })
        .isInstanceOf(AdmissionRejectedException.class)
        .satisfies(it -> assertThat(it.getSuppressed()).hasSize(1));
  }

  private static void failToClose() {
    throw new IllegalStateException("cannot close");
  }
}
