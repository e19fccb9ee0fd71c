package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is told no before its time is up, and who goes first meanwhile: one permit, one lane. */
@Tag("faults")
class CoDelTest {

  private static final long BUDGET = Duration.ofMillis(200).toNanos(); // its target is 5 ms
  private static final long PATIENT = Duration.ofMillis(2_001).toNanos();

  private final SettableTime time = SettableTime.create();
  private final List<String> told = new ArrayList<>();
  private Lane lane = held(CoDel.byBudget());

  /** A lane whose only permit is out. */
  private Lane held(CoDel codel) {
    return held(LaneSettings.named("orders").codel(codel));
  }

  private Lane held(LaneSettings settings) {
    var outside = new Gate.Outside(Gate.ENDLESS, time::nanos, () -> {});
    Lane opened = new Gate("db", 1, List.of(settings), outside).lane("orders");
    assertThat(opened.tryAcquire()).isTrue();
    return opened;
  }

  private RecordingWaiter ask(String name, long budget) {
    var waiter = new RecordingWaiter(name, budget, told);
    lane.request(waiter);
    return waiter;
  }

  private void pass(int millis) {
    time.advance(Duration.ofMillis(millis));
  }

  private List<String> admitted() {
    return told.stream().filter(it -> !it.contains(" ")).toList();
  }

  private static @Nullable Reason reason(RecordingWaiter waiter) {
    return waiter.refusal == null ? null : waiter.refusal.reason();
  }

  /** A queue that has stood above its target for an interval; "last" came last, just now. */
  private void stand() {
    ask("first", BUDGET);
    ask("second", BUDGET);
    pass(6);
    ask("third", BUDGET);
    pass(100);
    ask("last", BUDGET);
  }

  @Nested
  class A_short_burst {

    @Test
    void is_served_to_the_last_however_long_its_queue_is() {
      IntStream.range(0, 100).forEach(i -> ask("w" + i, BUDGET));
      for (int i = 0; i < 100; i++) {
        pass(1);
        lane.release();
      }
      assertThat(told)
          .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> "w" + i).toList());
    }
  }

  @Nested
  class A_standing_queue {

    @Test
    void is_shed_of_those_above_the_target_after_an_interval() {
      RecordingWaiter first = ask("first", BUDGET);
      ask("second", BUDGET);
      pass(6);
      ask("third", BUDGET);
      pass(99);
      ask("fourth", BUDGET);
      assertThat(told).isEmpty();
      pass(1);
      ask("fifth", BUDGET);
      assertThat(reason(first)).isEqualTo(Reason.OVERLOADED);
      assertThat(lane.snapshot().queued()).isEqualTo(2);
      assertThat(lane.snapshot().shedding()).isTrue();
    }

    @Test
    void serves_the_newest_first_meanwhile() {
      stand();
      ask("newest", BUDGET);
      lane.release();
      lane.release();
      assertThat(admitted()).containsExactly("newest", "last");
    }

    @Test
    void serves_the_oldest_first_if_told_so() {
      lane = held(CoDel.byBudget().order(CoDel.Order.OLDEST_FIRST));
      stand();
      ask("newest", BUDGET);
      lane.release();
      lane.release();
      assertThat(admitted()).containsExactly("last", "newest");
    }

    @Test
    void serves_first_come_first_again_after_an_interval_of_rest() {
      stand();
      lane.release();
      pass(100);
      ask("one", BUDGET);
      ask("two", BUDGET);
      lane.release();
      assertThat(admitted()).containsExactly("last", "one");
      assertThat(lane.snapshot().shedding()).isFalse();
    }

    @Test
    void is_never_shed_of_its_last() {
      ask("last", BUDGET);
      pass(6);
      lane.cancel(ask("other", BUDGET)); // a look at the queue
      pass(150);
      lane.release();
      assertThat(told).containsExactly("last");
    }

    @Test
    void is_no_longer_called_shedding_once_nobody_waits() {
      stand();
      lane.release();
      assertThat(lane.snapshot().queued()).isZero();
      assertThat(lane.snapshot().shedding()).isFalse();
    }

    @Test
    void is_not_shed_of_callers_because_one_with_little_time_has_seen_it_stand() {
      long little = Duration.ofMillis(8).toNanos(); // its interval is 4 ms
      ask("little", little);
      ask("one", BUDGET);
      pass(1);
      ask("two", BUDGET);
      pass(5);
      ask("three", BUDGET);
      assertThat(told).containsExactly("little OVERLOADED 3 4000000");
    }

    @Test
    void tells_the_refused_the_lane_the_reason_the_queue_and_when_to_come_again() {
      RecordingWaiter first = ask("first", BUDGET);
      ask("second", BUDGET);
      pass(6);
      ask("third", BUDGET);
      pass(100);
      ask("fourth", BUDGET);
      AdmissionRejectedException refusal = Objects.requireNonNull(first.refusal);
      assertThat(refusal.gate()).isEqualTo("db");
      assertThat(refusal.lane()).isEqualTo("orders");
      assertThat(refusal.reason()).isEqualTo(Reason.OVERLOADED);
      assertThat(refusal.queued()).isEqualTo(3);
      assertThat(refusal.retryAfter()).contains(Duration.ofMillis(100));
      assertThat(refusal)
          .hasMessage(
              "Refused by lane 'orders' of gate 'db' after 106 ms, because callers have stood too"
                  + " long in its queue: 1 of 1 permits in use, 1 of them by this lane (its limit:"
                  + " none), 3 waiting. Send less at once, return permits sooner, or raise the"
                  + " limit. Another try may do better in 100 ms.");
    }
  }

  @Nested
  class Patient_callers {

    @Test
    void are_never_shed() {
      ask("one", PATIENT);
      ask("two", Long.MAX_VALUE);
      pass(500);
      ask("three", PATIENT);
      pass(1_000);
      ask("four", PATIENT);
      assertThat(told).isEmpty();
      lane.release();
      assertThat(told).containsExactly("one");
    }

    @Test
    void are_not_overtaken_by_later_hurried_ones() {
      stand();
      ask("patient", PATIENT);
      ask("newest", BUDGET);
      lane.release();
      lane.release();
      assertThat(admitted()).containsExactly("last", "patient");
    }

    @Test
    void without_a_deadline_are_admitted_whatever_the_clock_shows() {
      for (long start : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}) {
        long[] now = {start};
        var outside = new Gate.Outside(Gate.ENDLESS, () -> now[0], () -> {});
        Gate gate = new Gate("db", 1, List.of(LaneSettings.named("orders")), outside);
        lane = gate.lane("orders");
        lane.tryAcquire();
        ask("from " + start, Long.MAX_VALUE);
        now[0] += 1_000;
        lane.release();
      }
      assertThat(told)
          .containsExactly("from " + Long.MIN_VALUE, "from -1", "from " + Long.MAX_VALUE);
    }
  }

  @Nested
  class The_target {

    @Test
    void can_be_the_same_for_all_the_patient_included() {
      lane = held(CoDel.above(Duration.ofMillis(10)));
      RecordingWaiter one = ask("one", Long.MAX_VALUE);
      pass(11);
      ask("two", Long.MAX_VALUE);
      pass(199);
      ask("three", Long.MAX_VALUE);
      assertThat(told).isEmpty();
      pass(1);
      ask("four", Long.MAX_VALUE);
      assertThat(reason(one)).isEqualTo(Reason.OVERLOADED);
    }

    @Test
    void can_be_switched_off() {
      lane = held(CoDel.off());
      stand();
      pass(50);
      ask("newest", BUDGET);
      assertThat(told).isEmpty();
      lane.release();
      assertThat(admitted()).containsExactly("first");
    }

    @Test
    void must_be_positive_and_at_most_a_day() {
      for (Duration wrong :
          List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(1).plusNanos(1))) {
        assertThatThrownBy(() -> CoDel.above(wrong))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("must be positive and at most a day, but is " + wrong)
            .hasMessageContaining("switch it off");
      }
      lane = held(CoDel.above(Duration.ofDays(1)));
      ask("waits", BUDGET);
      assertThat(told).isEmpty();
    }
  }

  @Nested
  class A_caller_with_too_little_time {

    /** Sixty-four turns at a pace of 10 ms; nine still wait. */
    private void serveAtAPaceOfTenMillis() {
      IntStream.range(0, 73).forEach(i -> ask("w" + i, PATIENT));
      for (int i = 0; i < 64; i++) {
        pass(10);
        lane.release();
      }
      told.clear();
    }

    @Test
    void is_refused_at_once_if_it_would_come_much_too_late_by_the_pace_of_the_lane() {
      serveAtAPaceOfTenMillis();
      assertThatThrownBy(() -> ask("late", Duration.ofMillis(49).toNanos()))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              it -> {
                assertThat(it.reason()).isEqualTo(Reason.DEADLINE);
                assertThat(it.retryAfter()).contains(Duration.ofMillis(100));
              })
          .hasMessageContaining("after 0 ms")
          .hasMessageContaining("Another try may do better in 100 ms.");
      ask("just so", Duration.ofMillis(50).toNanos());
      assertThat(lane.snapshot().queued()).isEqualTo(10);
    }

    @Test
    void is_passed_over_if_others_wait() {
      lane.held(Duration.ofMillis(30).toNanos());
      RecordingWaiter tight = ask("tight", Duration.ofMillis(100).toNanos());
      ask("other", PATIENT);
      pass(80);
      lane.release();
      assertThat(reason(tight)).isEqualTo(Reason.DEADLINE);
      assertThat(admitted()).containsExactly("other");
    }

    @Test
    void is_admitted_if_nobody_else_waits() {
      lane.held(Duration.ofMillis(30).toNanos());
      ask("tight", Duration.ofMillis(100).toNanos());
      pass(80);
      lane.release();
      assertThat(admitted()).containsExactly("tight");
    }

    @Test
    void is_refused_even_alone_once_its_time_is_up() {
      RecordingWaiter late = ask("late", Duration.ofMillis(100).toNanos());
      pass(100);
      lane.release();
      assertThat(reason(late)).isEqualTo(Reason.DEADLINE);
      assertThat(lane.tryAcquire()).isTrue();
    }
  }

  @Test
  void a_queue_bound_of_0_lets_nobody_wait() {
    lane = held(LaneSettings.named("orders").queueBound(0));
    assertThatThrownBy(() -> ask("one", PATIENT))
        .isInstanceOf(AdmissionRejectedException.class)
        .hasMessage(
            "No place left to wait in lane 'orders' of gate 'db': its queue is bounded to 0; 1 of 1"
                + " permits in use, 1 of them by this lane (its limit: none), 0 waiting. Send less"
                + " at once, or raise the queue bound or the limit.");
    lane.release();
    ask("two", PATIENT);
    assertThat(told).containsExactly("two");
  }
}
