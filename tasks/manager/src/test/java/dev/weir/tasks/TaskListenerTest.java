package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskListenerTest {

  private final Recorder recorder = new Recorder();

  @Test
  void is_told_of_each_step_before_the_outcome_shows() {
    try (var fixture = Fixture.open(recorder, Map.of())) {
      fixture.tasks.run("good", () -> {}).await();
      assertThat(recorder.lines)
          .anyMatch("submitted good"::equals)
          .anyMatch(it -> it.matches("started good [1-9]\\d*"))
          .anyMatch(it -> it.matches("finished good SUCCEEDED [1-9]\\d*"))
          .hasSize(3);
      var bad =
          fixture.tasks.run(
              "bad",
              () -> {
                throw new IllegalStateException("boom");
              });
      assertThatThrownBy(bad::await).isInstanceOf(TaskFailedException.class);
      assertThat(recorder.lines)
          .anyMatch(it -> it.startsWith("finished bad FAILED"))
          .contains("thrown bad java.lang.IllegalStateException: boom");
    }
  }

  @Test
  void is_told_of_refusals_and_cancellations() {
    var hold = new CountDownLatch(1);
    try (var fixture = Fixture.open(recorder, Map.of("b", new BulkheadSettings(1, 1)))) {
      Task task = Task.named("t").bulkhead("b");
      var occupant = fixture.tasks.run(task, hold::await);
      fixture.tasks.run(task, () -> {}).cancel();
      fixture.tasks.run(task, () -> {});
      assertThatThrownBy(() -> fixture.tasks.run(task, () -> {}))
          .isInstanceOf(AdmissionRejectedException.class);
      assertThat(recorder.lines).contains("rejected t QUEUE_FULL", "finished t CANCELLED 0");
      hold.countDown();
      occupant.await();
      fixture.tasks.stopAccepting();
      assertThatThrownBy(() -> fixture.tasks.run("late", () -> {}))
          .isInstanceOf(AdmissionRejectedException.class);
      assertThat(recorder.lines).contains("rejected late CLOSED");
    }
  }

  @Test
  void is_not_hit_by_the_interrupt_that_was_meant_for_the_body() {
    var flags = new CopyOnWriteArrayList<Boolean>();
    var listener =
        new TaskListener() {
          @Override
          public void finished(
              String name, Outcome outcome, long runNanos, @Nullable Throwable failure) {
            flags.add(Thread.currentThread().isInterrupted());
          }
        };
    var hold = new CountDownLatch(1);
    try (var fixture = Fixture.open(listener, Map.of())) {
      TaskHandle<Void> deaf = fixture.tasks.run("deaf", () -> Fixture.deafUntil(hold));
      Fixture.until("its start", () -> deaf.status() == TaskStatus.RUNNING);
      deaf.cancel();
      hold.countDown();
      Fixture.until("its end", () -> fixture.tasks.tasks().isEmpty());
      assertThat(flags).containsExactly(false);
    }
  }

  @Test
  void that_throws_is_logged_once_by_its_class_and_hurts_neither_task_nor_listener() {
    var broken =
        new TaskListener() {
          @Override
          public void submitted(String name) {
            throw new IllegalStateException("submitted");
          }

          @Override
          public void started(String name, long waitNanos) {
            throw new AssertionError("started");
          }

          @Override
          public void finished(
              String name, Outcome outcome, long runNanos, @Nullable Throwable failure) {
            throw new IllegalStateException("finished");
          }

          @Override
          public void rejected(String name, AdmissionRejectedException.Reason reason) {
            throw new IllegalStateException("rejected");
          }
        };
    try (var log = new CapturedLog(SafeListeners.class);
        var fixture = Fixture.open(List.of(broken, recorder))) {
      for (int i = 0; i < 10; i++) {
        assertThat(fixture.tasks.submit("t", () -> 1).await()).isEqualTo(1);
      }
      fixture.tasks.stopAccepting();
      assertThatThrownBy(() -> fixture.tasks.run("late", () -> {}))
          .isInstanceOf(AdmissionRejectedException.class);
      assertThat(log.messages())
          .hasSize(1)
          .allMatch(it -> it.contains(broken.getClass().getName()));
      assertThat(recorder.lines)
          .contains("submitted t", "rejected late CLOSED")
          .anyMatch(it -> it.startsWith("started t"))
          .anyMatch(it -> it.startsWith("finished t SUCCEEDED"))
          .hasSize(31);
      assertThat(fixture.tasks.tasks()).isEmpty();
    }
  }
}
