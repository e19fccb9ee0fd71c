package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PausedLaneTest {

  private final List<String> told = new ArrayList<>();
  private final Gate gate =
      Gate.open("db", 2, List.of(LaneSettings.named("a"), LaneSettings.named("b")));
  private final Lane a = gate.lane("a");
  private final Lane b = gate.lane("b");

  @Test
  void refuses_at_once_and_says_why_while_others_pass() {
    try (LanePause pause = a.pause("the budget of 'checkout' burns")) {
      assertThat(a.tryAcquire()).isFalse();
      assertThatThrownBy(() -> a.acquire(Deadline.in(Duration.ofHours(1))))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              no -> {
                assertThat(no.reason()).isEqualTo(Reason.PAUSED);
                assertThat(no.retryAfter()).isEmpty();
              })
          .hasMessage(
              "Paused: lane 'a' of gate 'db' admits nobody for now, because the budget of"
                  + " 'checkout' burns. Come back later.");
      assertThat(b.tryAcquire()).isTrue();
      assertThat(pause.laneName()).isEqualTo("a");
      assertThat(pause.why()).contains("checkout");
    }
    assertThat(a.tryAcquire()).isTrue();
  }

  @Test
  void refuses_those_who_wait_in_it_and_nobody_else() {
    assertThat(a.tryAcquire()).isTrue();
    assertThat(a.tryAcquire()).isTrue();
    a.request(new RecordingWaiter("waits-in-a", told));
    b.request(new RecordingWaiter("waits-in-b", told));
    LanePause pause = a.pause("of a test");
    assertThat(told).singleElement().asString().contains("waits-in-a", "PAUSED");
    a.release();
    assertThat(told).hasSize(2).last().asString().contains("waits-in-b");
    pause.close();
    a.release();
    assertThat(a.snapshot().inUse()).isZero();
  }

  @Test
  void lets_work_under_way_overdraw_and_end() {
    assertThat(a.tryAcquire()).isTrue();
    try (LanePause _ = a.pause("of a test")) {
      a.overdraw();
      a.release();
      a.release();
    }
    assertThat(gate.snapshot().inUse()).isZero();
  }

  @Test
  void opens_when_the_last_of_its_pauses_is_closed_and_closing_twice_is_harmless() {
    LanePause one = a.pause("of one");
    LanePause two = a.pause("of two");
    one.close();
    one.close();
    assertThatThrownBy(() -> a.acquire(Deadline.in(Duration.ofSeconds(1))))
        .hasMessageContaining("because of two");
    two.close();
    assertThat(a.tryAcquire()).isTrue();
  }
}
