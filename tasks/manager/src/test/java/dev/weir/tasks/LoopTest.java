package dev.weir.tasks;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Retry;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.tasks.failure.LoopInfo;
import dev.weir.tasks.failure.LoopInfo.State;
import dev.weir.tasks.failure.LoopPolicy;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTest {

  private static final LoopPolicy POLICY =
      LoopPolicy.pausing(ofSeconds(1))
          .restart(Retry.exponential(ofMillis(200), ofMillis(800)).attempts(4))
          .hangAfter(ofSeconds(30))
          .mostTasks(3);

  private final SettableTime time = SettableTime.create();
  private final Fixture fixture = Fixture.open(time, FailureSettings.usual());
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final AtomicInteger turns = new AtomicInteger();
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void close() {
    open.countDown();
    fixture.close();
  }

  private LoopHandle loop(LoopBody body) {
    LoopHandle handle = tasks.loop("poller", POLICY, body);
    time.advance(Duration.ZERO);
    return handle;
  }

  /** Lets time pass in steps that are shorter than any rest. */
  private void passUntil(String what, BooleanSupplier condition) {
    Fixture.until(
        what,
        () -> {
          time.advance(ofMillis(50));
          return condition.getAsBoolean();
        });
  }

  private static void until(LoopHandle loop, State state) {
    Fixture.until("the loop to be " + state, () -> loop.info().state() == state);
  }

  @Test
  void turns_again_and_again_with_a_pause_between_two_turns() {
    LoopHandle loop = loop(_ -> turns.incrementAndGet());
    for (int i = 1; i <= 5; i++) {
      until(loop, State.RESTING);
      assertThat(turns).hasValue(i);
      time.advance(ofMillis(999));
      assertThat(turns).hasValue(i);
      time.advance(ofMillis(1));
      int next = i + 1;
      Fixture.until("turn " + next, () -> turns.get() == next);
    }
    assertThat(loop.info().failures()).isZero();
  }

  @Test
  void is_restarted_after_a_crash_and_a_good_turn_wipes_the_slate() {
    LoopHandle loop =
        loop(
            _ -> {
              if (turns.incrementAndGet() % 4 != 0) {
                throw new IllegalStateException("crash");
              }
            });
    passUntil("eight turns", () -> turns.get() == 8 && loop.info().state() == State.RESTING);
    LoopInfo info = loop.info();
    assertThat(info.failures()).isEqualTo(6);
    assertThat(info.lastFailure()).contains("java.lang.IllegalStateException: crash");
    assertThat(tasks.deadLetters().list()).as("it comes again").isEmpty();
  }

  @Test
  void is_given_up_after_so_many_failures_in_a_row_and_stays_listed() {
    LoopHandle loop =
        loop(
            _ -> {
              turns.incrementAndGet();
              throw new IllegalStateException("crash");
            });
    passUntil("its end", () -> loop.info().state() == State.GIVEN_UP);
    time.advance(ofMinutes(5));
    assertThat(turns).hasValue(4);
    assertThat(tasks.loops()).singleElement().satisfies(it -> assertThat(it.inARow()).isEqualTo(4));
    loop.stop();
    assertThat(tasks.loops()).isEmpty();
  }

  @Test
  void is_interrupted_and_restarted_when_a_turn_gives_no_sign_of_life() {
    LoopHandle loop =
        loop(
            _ -> {
              if (turns.incrementAndGet() == 1) {
                Thread.currentThread().join();
              }
            });
    Fixture.until("its turn", () -> turns.get() == 1);
    time.advance(ofSeconds(30));
    until(loop, State.RESTARTING);
    time.advance(ofSeconds(1));
    until(loop, State.RESTING);
    assertThat(loop.info().failures()).isOne();
  }

  @Test
  void is_seen_to_hang_and_never_doubled_when_a_turn_heeds_no_interrupt() {
    LoopHandle loop =
        loop(
            _ -> {
              turns.incrementAndGet();
              Fixture.deafUntil(open);
            });
    Fixture.until("its turn", () -> turns.get() == 1);
    time.advance(ofSeconds(30));
    until(loop, State.HUNG);
    time.advance(ofMinutes(10));
    assertThat(turns).hasValue(1);
    assertThat(loop.info().sinceBeat()).isGreaterThan(ofMinutes(10));
    Fixture.until("its turn to be interrupted", () -> !tasks.lingering().isEmpty());
    open.countDown();
    until(loop, State.RESTARTING);
  }

  @Test
  void may_take_as_long_as_it_likes_while_it_gives_signs_of_life() {
    var beat = new AtomicInteger();
    LoopHandle loop =
        loop(
            it -> {
              turns.incrementAndGet();
              while (!it.isStopping()) {
                it.alive();
                beat.incrementAndGet();
                Thread.onSpinWait();
              }
            });
    for (int i = 0; i < 10; i++) {
      int before = beat.get();
      Fixture.until("a beat", () -> beat.get() > before + 1);
      time.advance(ofSeconds(29));
    }
    assertThat(loop.info().state()).isEqualTo(State.TURNING);
    loop.stop();
    until(loop, State.STOPPED);
    assertThat(turns).hasValue(1);
  }

  @Test
  void that_leaves_more_and_more_tasks_behind_is_seen_to_leak() {
    LoopHandle loop =
        loop(
            _ -> {
              turns.incrementAndGet();
              tasks.run("child", () -> tasks.run("grandchild", open::await).await());
            });
    assertThat(loop.info().leaking()).isFalse();
    until(loop, State.RESTING);
    Fixture.until("two tasks", () -> loop.info().tasks() == 2);
    time.advance(ofSeconds(1));
    Fixture.until("four tasks", () -> loop.info().tasks() == 4);
    assertThat(loop.info().leaking()).isTrue();
    open.countDown();
    Fixture.until("none", () -> loop.info().tasks() == 0);
  }

  @Test
  void stops_when_its_manager_closes_and_no_other_begins() {
    LoopHandle loop = loop(_ -> turns.incrementAndGet());
    until(loop, State.RESTING);
    assertThat(tasks.close(ofSeconds(5)).isClean()).isTrue();
    assertThat(loop.info().state()).isEqualTo(State.STOPPED);
    time.advance(ofMinutes(1));
    assertThat(turns).hasValue(1);
    assertThatThrownBy(() -> tasks.loop("late", POLICY, _ -> {}))
        .isInstanceOf(AdmissionRejectedException.class);
  }

  @Test
  void needs_a_policy_that_makes_sense() {
    assertThatThrownBy(() -> LoopPolicy.pausing(Duration.ZERO)).hasMessageContaining("pause");
    assertThatThrownBy(() -> POLICY.mostTasks(0)).hasMessageContaining("mostTasks = 0");
    assertThatThrownBy(() -> tasks.loop(" ", POLICY, _ -> {})).hasMessageContaining("blank");
  }
}
