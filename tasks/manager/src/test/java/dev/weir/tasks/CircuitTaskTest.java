package dev.weir.tasks;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.CircuitRule;
import dev.weir.gate.CircuitSnapshot.State;
import dev.weir.gate.Retry;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CircuitTaskTest {

  private static final Task MAIL = Task.named("mail").circuit("mailer");

  private final SettableTime time = SettableTime.create();
  private final Recorder recorder = new Recorder();
  private final Fixture fixture =
      Fixture.open(
          time,
          FailureSettings.usual()
              .circuits(
                  Map.of(
                      "mailer",
                      CircuitRule.usual().failures(3, 10).openFor(ofSeconds(1), ofSeconds(8)))),
          recorder);
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean down;

  @AfterEach
  void close() {
    fixture.close();
  }

  private int call() throws IOException {
    calls.incrementAndGet();
    if (down) {
      throw new IOException("down");
    }
    return calls.get();
  }

  private void open() {
    down = true;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(tasks.submit(MAIL, this::call)::await)
          .isInstanceOf(TaskFailedException.class);
    }
  }

  private State state() {
    return tasks.circuits().getFirst().state();
  }

  @Test
  void is_asked_before_each_task_and_refuses_when_too_many_have_failed() {
    open();
    assertThat(state()).isEqualTo(State.OPEN);
    var refusal =
        catchThrowableOfType(
            AdmissionRejectedException.class, () -> tasks.submit(MAIL, this::call));
    assertThat(refusal.reason()).isEqualTo(Reason.CIRCUIT_OPEN);
    assertThat(refusal.retryAfter()).contains(ofSeconds(1));
    assertThat(calls).hasValue(3);
    assertThat(recorder.lines).contains("rejected mail CIRCUIT_OPEN");
    assertThat(tasks.tasks()).isEmpty();
  }

  @Test
  void does_not_refuse_tasks_of_another_circuit_or_of_none() {
    open();
    down = false;
    assertThat(tasks.submit(MAIL.circuit("printer"), this::call).await()).isEqualTo(4);
    assertThat(tasks.submit("bare", this::call).await()).isEqualTo(5);
  }

  @Test
  void admits_exactly_one_probe_and_heals_by_it() {
    open();
    down = false;
    time.advance(ofSeconds(1));
    var probeMayEnd = new CountDownLatch(1);
    TaskHandle<Integer> probe =
        tasks.submit(
            MAIL,
            () -> {
              probeMayEnd.await();
              return call();
            });
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> tasks.submit(MAIL, this::call))
          .isInstanceOf(AdmissionRejectedException.class);
    }
    probeMayEnd.countDown();
    assertThat(probe.await()).isEqualTo(4);
    assertThat(state()).isEqualTo(State.CLOSED);
    assertThat(tasks.submit(MAIL, this::call).await()).isEqualTo(5);
  }

  @Test
  void a_probe_that_is_cancelled_makes_room_for_another() {
    open();
    down = false;
    time.advance(ofSeconds(1));
    TaskHandle<Void> probe = tasks.run(MAIL, () -> Thread.currentThread().join());
    Fixture.until("its start", () -> probe.status() == TaskStatus.RUNNING);
    probe.cancel();
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
    assertThat(tasks.submit(MAIL, this::call).await()).isEqualTo(4);
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void a_task_that_was_cancelled_says_nothing_of_what_it_called() {
    for (int i = 0; i < 5; i++) {
      TaskHandle<Void> handle = tasks.run(MAIL, () -> Thread.currentThread().join());
      Fixture.until("its start", () -> handle.status() == TaskStatus.RUNNING);
      handle.cancel();
      Fixture.until("its end", () -> tasks.tasks().isEmpty());
    }
    assertThat(tasks.circuits().getFirst().failed()).isZero();
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void a_task_that_was_queued_when_it_opened_waits_with_its_retry_until_it_heals() {
    var holds = new CountDownLatch(1);
    TaskHandle<Void> holder = tasks.run(Task.named("holder").bulkhead("one"), holds::await);
    Retry retry = Retry.exponential(ofMillis(10), ofMillis(10)).attempts(2);
    TaskHandle<Integer> queued = tasks.submit(MAIL.bulkhead("one").retry(retry), this::call);
    open();
    holds.countDown();
    holder.await();
    Fixture.until("its refusal", () -> queued.status() == TaskStatus.RETRYING);
    assertThat(calls).as("it did not get through").hasValue(3);
    down = false;
    Fixture.passUntilDone(time, ofMillis(100), queued);
    assertThat(queued.await()).isEqualTo(4);
    assertThat(queued.attempt()).as("a refusal is no attempt").isOne();
  }

  @Test
  void a_task_without_a_retry_that_was_queued_when_it_opened_fails_with_the_refusal() {
    var holds = new CountDownLatch(1);
    TaskHandle<Void> holder = tasks.run(Task.named("holder").bulkhead("one"), holds::await);
    TaskHandle<Integer> queued = tasks.submit(MAIL.bulkhead("one"), this::call);
    open();
    holds.countDown();
    holder.await();
    assertThatThrownBy(queued::await)
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(AdmissionRejectedException.class);
    assertThat(calls).hasValue(3);
  }
}
