package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("faults")
class LaneTest {

  private final Gate gate = Gate.open("db", 1, List.of(LaneSettings.named("orders")));
  private final Lane lane = gate.lane("orders");

  private CompletableFuture<Object> acquiring(Deadline deadline, CompletableFuture<Thread> thread) {
    var outcome = new CompletableFuture<Object>();
    thread.complete(
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    long waited = lane.acquire(deadline);
                    outcome.complete(Thread.currentThread().isInterrupted() ? "flagged" : waited);
                  } catch (AdmissionRejectedException refusal) {
                    outcome.complete(refusal);
                  }
                }));
    return outcome;
  }

  private void awaitQueued(int queued) {
    Await.until(Duration.ofSeconds(10), "the queue", () -> lane.snapshot().queued() == queued);
  }

  @Nested
  class A_caller_that_waits {

    @Test
    void is_admitted_when_a_permit_comes_back() {
      lane.acquire(Deadline.NONE);
      var outcome = acquiring(Deadline.NONE, new CompletableFuture<>());
      awaitQueued(1);
      lane.release();
      assertThat(outcome.join()).isInstanceOf(Long.class);
      assertThat((Long) outcome.join()).isPositive();
      assertThat(lane.snapshot().inUse()).isOne();
    }

    @Test
    void is_told_at_its_deadline_what_to_change() {
      lane.acquire(Deadline.NONE);
      assertThatThrownBy(() -> lane.acquire(Deadline.in(Duration.ofMillis(5))))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              it -> assertThat(it.reason()).isEqualTo(Reason.DEADLINE))
          .hasMessageContaining("1 of 1 permits in use")
          .hasMessageContaining("raise the limit");
      assertThat(lane.snapshot().queued()).isZero();
      lane.release();
      assertThat(lane.tryAcquire()).isTrue();
    }

    @Test
    void is_told_the_owners_advice_at_its_deadline_alone() {
      var advised =
          Gate.open("db", 0, List.of(LaneSettings.named("a").advice("Raise 'my.limit'.")));
      Lane a = advised.lane("a");
      assertThatThrownBy(() -> a.acquire(Deadline.in(Duration.ofMillis(5))))
          .message()
          .contains("0 of 0 permits in use")
          .endsWith(" 0 waiting. Raise 'my.limit'.");
      assertThat(a.refusal(Reason.DEADLINE)).hasMessageEndingWith("Raise 'my.limit'.");
      advised.close();
      assertThatThrownBy(() -> a.acquire(Deadline.NONE))
          .hasMessageContaining("Closed")
          .hasMessageNotContaining("my.limit");
    }

    @Test
    void leaves_at_an_interrupt_without_taking_a_permit_along() {
      lane.acquire(Deadline.NONE);
      var thread = new CompletableFuture<Thread>();
      var outcome = acquiring(Deadline.NONE, thread);
      awaitQueued(1);
      thread.join().interrupt();
      assertThat(outcome.join())
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              it -> assertThat(it.reason()).isEqualTo(Reason.INTERRUPTED));
      lane.release();
      assertThat(lane.tryAcquire()).isTrue();
    }

    @Test
    void is_told_when_the_gate_closes() {
      lane.acquire(Deadline.NONE);
      var outcome = acquiring(Deadline.NONE, new CompletableFuture<>());
      awaitQueued(1);
      gate.close();
      assertThat(outcome.join())
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              it -> assertThat(it.reason()).isEqualTo(Reason.CLOSED));
    }
  }

  @Test
  void shows_those_who_wait_while_they_wait() {
    lane.acquire(Deadline.NONE);
    var one = acquiring(Deadline.NONE, new CompletableFuture<>());
    var two = acquiring(Deadline.NONE, new CompletableFuture<>());
    awaitQueued(2);
    assertThat(gate.snapshot().queued()).isEqualTo(2);
    assertThat(gate.snapshot().lanes()).first().returns(2, LaneSnapshot::queued);
    assertThat(gate.demand()).isEqualTo(3);
    lane.release();
    CompletableFuture.anyOf(one, two).join();
    assertThat(gate.snapshot().queued()).isOne();
    lane.release();
    CompletableFuture.allOf(one, two).join();
    assertThat(gate.snapshot().queued()).isZero();
    assertThat(lane.snapshot().waited()).isEqualTo(2);
  }

  @Test
  void refuses_a_caller_whose_deadline_has_passed_even_if_a_permit_is_free() {
    assertThatThrownBy(() -> lane.acquire(Deadline.in(Duration.ZERO)))
        .isInstanceOf(AdmissionRejectedException.class);
    assertThat(lane.snapshot().inUse()).isZero();
  }

  @Test
  void admits_an_interrupted_caller_if_a_permit_is_free_and_keeps_its_flag() {
    Thread.currentThread().interrupt();
    assertThat(lane.acquire(Deadline.NONE)).isZero();
    assertThat(Thread.interrupted()).isTrue();
  }
}
