package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.tasks.schedule.Schedule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TaskTest {

  @Test
  void says_what_it_was_told() {
    Task task =
        Task.named("embed")
            .dedupKey("doc-42")
            .priority(Priority.HIGH)
            .deadline(Duration.ofSeconds(30))
            .bulkhead("imports");
    assertThat(task.name()).isEqualTo("embed");
    assertThat(task.dedupKey()).contains("doc-42");
    assertThat(task.priority()).isEqualTo(Priority.HIGH);
    assertThat(task.deadline()).contains(Duration.ofSeconds(30));
    assertThat(task.bulkhead()).contains("imports");
    assertThat(task.cpuBound().bulkhead()).contains("cpu");
    assertThat(task.bulkhead()).as("the first one").contains("imports");
    assertThat(Task.named("plain").priority()).isEqualTo(Priority.NORMAL);
  }

  @Test
  void refuses_what_makes_no_sense() {
    assertThatThrownBy(() -> Task.named(" ")).hasMessageContaining("name must not be blank");
    assertThatThrownBy(() -> Task.named("t").bulkhead(""))
        .hasMessageContaining("bulkhead must not");
    assertThatThrownBy(() -> Task.named("t").deadline(Duration.ZERO))
        .hasMessage("task 't': deadline = PT0S must be positive");
    assertThatThrownBy(() -> Schedule.every(Duration.ZERO)).hasMessageContaining("interval = PT0S");
    assertThatThrownBy(() -> new BulkheadSettings(0, -1))
        .hasMessageContaining("limit = 0")
        .hasMessageContaining("queue = -1");
    assertThatThrownBy(
            () -> new TaskSettings(Map.of(), new BulkheadSettings(1, 1), Duration.ofSeconds(-1)))
        .hasMessageContaining("shutdownBudget = PT-1S");
  }

  @Test
  @SuppressWarnings("NullAway") // the point of it
  void names_what_is_missing() {
    try (var fixture = Fixture.open()) {
      BackgroundTaskManager tasks = fixture.tasks;
      Callable<Integer> work = () -> 1;
      missing("name", () -> tasks.submit((String) null, work));
      missing("work", () -> tasks.submit("t", null));
      missing("task", () -> tasks.submit((Task) null, work));
      missing("name", () -> tasks.run((String) null, () -> {}));
      missing("job", () -> tasks.run("t", null));
      missing("task", () -> tasks.run((Task) null, () -> {}));
      missing(
          "name",
          () -> tasks.schedule((String) null, Schedule.every(Duration.ofDays(1)), () -> {}));
      missing(
          "task", () -> tasks.schedule((Task) null, Schedule.every(Duration.ofDays(1)), () -> {}));
      missing("schedule", () -> tasks.schedule("t", null, () -> {}));
      missing("job", () -> tasks.schedule("t", Schedule.every(Duration.ofDays(1)), null));
      missing("bulkhead", () -> tasks.executor(null));
      missing("command", () -> tasks.executor("e").execute(null));
      missing("budget", () -> tasks.drain(null));
      missing("budget", () -> tasks.close(null));
      missing("name", () -> fixture.system.submit(null, work));
      missing("work", () -> fixture.system.submit("t", null));
      missing("job", () -> fixture.system.every("t", Duration.ofDays(1), null));
      missing("prefix", () -> fixture.system.platformThreads(null));
      missing("prefix", () -> fixture.system.timer(null));
      missing("dedupKey", () -> Task.named("t").dedupKey(null));
      missing("deadline", () -> Task.named("t").deadline(null));
      missing("bulkhead", () -> Task.named("t").bulkhead(null));
      missing("priority", () -> Task.named("t").priority(null));
      missing(
          "listeners",
          () ->
              BackgroundTaskManager.open(
                  new TaskSettings(Map.of(), Fixture.ROOMY, Duration.ZERO),
                  fixture.system,
                  List.of(),
                  null));
      assertThat(tasks.snapshot().submitted()).isZero();
    }
  }

  private static void missing(String parameter, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(parameter);
  }
}
