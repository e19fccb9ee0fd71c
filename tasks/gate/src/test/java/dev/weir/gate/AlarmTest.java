package dev.weir.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Those who wait longer than they may are woken by one timer. */
class AlarmTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SettableTime time = SettableTime.create();
  private final List<String> woken = new ArrayList<>();

  private final class Named extends Waiter {

    private final String name;
    private final Duration patience;

    Named(String name, Duration patience) {
      this.name = name;
      this.patience = patience;
    }

    @Override
    long budgetNanos() {
      return patience.toNanos();
    }

    @Override
    long budget() {
      return patience.toNanos();
    }

    @Override
    void overdue() {
      woken.add(name);
    }

    @Override
    protected void admitted() {}

    @Override
    protected void refused(AdmissionRejectedException refusal) {}
  }

  /** The lane of a gate whose only permit is out, by settable time. */
  private Lane held() {
    var outside = new Gate.Outside(Gate.ENDLESS, time::nanos, () -> {});
    LaneSettings settings = LaneSettings.named("a").codel(CoDel.off());
    Lane lane = new Gate("db", 1, List.of(settings), outside).wakeBy(time.scheduler()).lane("a");
    assertThat(lane.tryAcquire()).isTrue();
    return lane;
  }

  @Nested
  class A_thread_that_waits {

    @Test
    void is_refused_when_its_time_is_over_and_not_before() throws Exception {
      Lane lane = held();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<AdmissionRejectedException> refused =
            threads.submit(() -> refusal(lane, Duration.ofHours(1)));
        Await.until(PATIENCE, "it waits", () -> lane.snapshot().queued() == 1);
        time.advance(Duration.ofMinutes(59));
        assertThat(lane.snapshot().queued()).isOne();
        time.advance(Duration.ofMinutes(1));
        assertThat(refused.get(20, TimeUnit.SECONDS).reason()).isEqualTo(Reason.DEADLINE);
      }
    }

    @Test
    void parks_with_a_limit_of_its_own_once_the_timer_has_ended() {
      var timer = new ScheduledThreadPoolExecutor(1);
      timer.shutdown();
      Gate gate = Gate.open("db", 1, List.of(LaneSettings.named("a"))).wakeBy(timer);
      Lane lane = gate.lane("a");
      assertThat(lane.tryAcquire()).isTrue();
      AdmissionRejectedException refusal =
          catchThrowableOfType(
              AdmissionRejectedException.class,
              () -> lane.acquire(Deadline.in(Duration.ofMillis(20))));
      assertThat(refusal.reason()).isEqualTo(Reason.DEADLINE);
    }
  }

  private AdmissionRejectedException refusal(Lane lane, Duration patience) {
    return catchThrowableOfType(
        AdmissionRejectedException.class, () -> lane.acquire(Deadline.in(patience, time::nanos)));
  }

  @Nested
  class Many_that_wait {

    @Test
    void need_one_look_while_nobody_is_less_patient_than_the_first() {
      var timer = new ScheduledThreadPoolExecutor(1);
      timer.setRemoveOnCancelPolicy(true);
      try {
        Gate gate = Gate.open("db", 0, List.of(LaneSettings.named("a"))).wakeBy(timer);
        for (int i = 0; i < 1_000; i++) {
          gate.lane("a").request(new Named("waiter", Duration.ofHours(1)));
        }
        assertThat(timer.getQueue()).hasSize(1);
        gate.lane("a").request(new Named("hurried", Duration.ofMinutes(1)));
        assertThat(timer.getQueue())
            .singleElement(type(Delayed.class))
            .satisfies(look -> assertThat(look.getDelay(TimeUnit.MINUTES)).isLessThanOrEqualTo(1));
      } finally {
        timer.shutdownNow(); // its looks lie an hour ahead, and an orderly end would wait for them
      }
    }

    @Test
    void are_woken_in_the_order_in_which_their_time_ends() {
      Lane lane = held();
      lane.request(new Named("an hour", Duration.ofHours(1)));
      lane.request(new Named("a minute", Duration.ofMinutes(1)));
      lane.request(new Named("for ever", Duration.ofNanos(Long.MAX_VALUE)));
      time.advance(Duration.ofSeconds(59));
      assertThat(woken).isEmpty();
      time.advance(Duration.ofSeconds(1));
      assertThat(woken).containsExactly("a minute");
    }

    @Test
    void are_not_looked_at_again_within_a_millisecond() {
      Lane lane = held();
      lane.request(new Named("first", Duration.ofMillis(10)));
      var second = new Named("second", Duration.ofNanos(10_100_001));
      lane.request(second);
      time.advance(Duration.ofNanos(10_900_001));
      assertThat(woken).containsExactly("first");
      time.advance(Duration.ofNanos(100_001));
      assertThat(woken).contains("second");
    }

    @Test
    void leave_no_look_behind_once_they_have_gone() {
      Lane lane = held();
      var waiter = new Named("gone", Duration.ofMinutes(1));
      lane.request(waiter);
      assertThat(lane.cancel(waiter)).isTrue();
      time.advance(Duration.ofHours(1));
      lane.request(new Named("next", Duration.ofMinutes(1)));
      time.advance(Duration.ofMinutes(1));
      assertThat(woken).containsExactly("next");
    }
  }
}
