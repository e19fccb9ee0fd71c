package dev.weir.tasks;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Rate;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.tasks.failure.LimitSettings;
import dev.weir.testkit.SettableTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LimitTest {

  private static final FailureSettings LIMITS =
      FailureSettings.usual()
          .limits(
              Map.of(
                  "ten", LimitSettings.atOnce(10),
                  "one", LimitSettings.atOnce(1).queue(1),
                  "slow", LimitSettings.rate(Rate.perSecond(50).burst(1)),
                  "both", LimitSettings.atOnce(1).andRate(Rate.perSecond(10).burst(1))));

  @Test
  void never_lets_eleven_run_at_once_where_ten_may() {
    try (var fixture = Fixture.open(LIMITS)) {
      var running = new AtomicInteger();
      var most = new AtomicInteger();
      List<TaskHandle<Void>> all = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        all.add(
            fixture.tasks.run(
                Task.named("mail").limit("ten"),
                () -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(100_000));
                  running.decrementAndGet();
                }));
        if (i % 7 == 0) {
          all.removeLast().cancel();
        }
      }
      all.forEach(TaskHandle::await);
      assertThat(most.get()).isBetween(2, 10);
    }
  }

  @Test
  void counts_each_key_for_itself_and_forgets_keys_at_rest() {
    try (var fixture = Fixture.open(LIMITS)) {
      var open = new CountDownLatch(1);
      Task task = Task.named("mail");
      TaskHandle<Void> first = fixture.tasks.run(task.limit("one", "anna"), open::await);
      TaskHandle<Void> second = fixture.tasks.run(task.limit("one", "anna"), () -> {});
      assertThat(fixture.tasks.submit(task.limit("one", "otto"), () -> 1).await()).isOne();
      assertThat(second.status()).isEqualTo(TaskStatus.QUEUED);
      assertThatThrownBy(() -> fixture.tasks.run(task.limit("one", "anna"), () -> {}))
          .isInstanceOf(AdmissionRejectedException.class)
          .hasMessageContaining("one/anna")
          .hasMessageContaining("limit 'one'");
      open.countDown();
      first.await();
      second.await();
      Fixture.until("rest", () -> fixture.tasks.limitsInUse() == 0);
    }
  }

  @Test
  void lets_so_many_begin_in_a_time() {
    var time = SettableTime.create();
    try (var fixture = Fixture.open(time, LIMITS)) {
      var begun = new AtomicLong();
      for (int i = 0; i < 1_100; i++) {
        fixture.tasks.run(Task.named("mail").limit("slow"), begun::incrementAndGet);
      }
      Fixture.until("the burst", () -> begun.get() == 1);
      for (int i = 0; i < 20; i++) {
        time.advance(ofSeconds(1));
      }
      Fixture.until(
          "what was admitted", () -> begun.get() >= 991 && fixture.tasks.snapshot().running() == 0);
      assertThat((double) begun.get()).isCloseTo(1 + 20 * 50.0, within(10.0));
    }
  }

  @Test
  void waits_for_its_own_limit_without_a_permit_of_all() {
    try (var fixture = Fixture.open(LIMITS)) {
      var open = new CountDownLatch(1);
      Task task = Task.named("mail").bulkhead("b");
      TaskHandle<Void> holder = fixture.tasks.run(task.limit("one"), open::await);
      TaskHandle<Void> waits = fixture.tasks.run(task.limit("one"), () -> {});
      for (int i = 0; i < Fixture.ROOMY.limit(); i++) {
        assertThat(fixture.tasks.submit(Task.named("free").bulkhead("b"), () -> 1).await()).isOne();
      }
      assertThat(waits.status()).isEqualTo(TaskStatus.QUEUED);
      open.countDown();
      holder.await();
      waits.await();
    }
  }

  @Test
  void a_task_refused_by_its_bulkhead_gives_its_limit_back() {
    var time = SettableTime.create();
    try (var fixture = Fixture.open(time, LIMITS)) {
      var open = new CountDownLatch(1);
      TaskHandle<Void> holder = fixture.tasks.run(Task.named("h").bulkhead("one"), open::await);
      TaskHandle<Void> queued = fixture.tasks.run(Task.named("q").bulkhead("one"), () -> {});
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(
                () -> fixture.tasks.run(Task.named("m").bulkhead("one").limit("ten"), () -> {}))
            .isInstanceOf(AdmissionRejectedException.class);
      }
      assertThat(fixture.tasks.submit(Task.named("m").limit("ten"), () -> 1).await()).isOne();
      open.countDown();
      holder.await();
      queued.await();
    }
  }

  @Test
  void keeps_both_bounds_at_once() {
    var time = SettableTime.create();
    try (var fixture = Fixture.open(time, LIMITS)) {
      var begun = new AtomicLong();
      for (int i = 0; i < 5; i++) {
        fixture.tasks.run(Task.named("mail").limit("both"), begun::incrementAndGet);
      }
      for (int i = 1; i <= 5; i++) {
        int times = i;
        Fixture.until("task " + i, () -> begun.get() == times);
        Fixture.until("its end", () -> fixture.tasks.snapshot().running() == 0);
        time.advance(ofMillis(100));
      }
    }
  }

  @Test
  void says_which_limits_there_are_when_asked_for_another() {
    try (var fixture = Fixture.open(LIMITS)) {
      assertThatThrownBy(() -> fixture.tasks.run(Task.named("mail").limit("tne"), () -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("No limit 'tne' is set; there are: [both, one, slow, ten]");
      assertThat(fixture.tasks.tasks()).isEmpty();
      assertThat(fixture.tasks.snapshot().submitted()).isZero();
    }
    assertThatThrownBy(() -> LimitSettings.atOnce(0)).hasMessageContaining("at least 1");
  }
}
