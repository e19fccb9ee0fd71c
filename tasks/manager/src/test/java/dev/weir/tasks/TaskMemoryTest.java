package dev.weir.tasks;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskMemoryTest {

  private final SettableTime time = SettableTime.create();
  private final Fixture fixture =
      Fixture.open(time, FailureSettings.usual().history(4, ofMinutes(10)));
  private final BackgroundTaskManager tasks = fixture.tasks;

  @AfterEach
  void close() {
    fixture.close();
  }

  private void end(String name) {
    tasks.submit(name, () -> 1).await();
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
  }

  private void runFor(String name, Duration duration) {
    var begun = new CountDownLatch(1);
    var open = new CountDownLatch(1);
    TaskHandle<Void> handle =
        tasks.run(
            name,
            () -> {
              begun.countDown();
              open.await();
            });
    Fixture.until("its start", () -> begun.getCount() == 0);
    time.advance(duration);
    open.countDown();
    handle.await();
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
  }

  @Test
  void knows_the_last_that_have_ended_the_latest_first() {
    for (int i = 1; i <= 6; i++) {
      end("t" + i);
      time.advance(ofSeconds(1));
    }
    assertThat(tasks.history()).extracting(EndedTask::name).containsExactly("t6", "t5", "t4", "t3");
    EndedTask last = tasks.history().getFirst();
    assertThat(last.ended()).isEqualTo("2026-01-01T00:00:05Z");
    assertThat(last.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(last.attempts()).isOne();
  }

  @Test
  void forgets_what_is_too_long_ago() {
    end("old");
    time.advance(ofMinutes(9));
    end("new");
    time.advance(ofMinutes(2));
    assertThat(tasks.history()).extracting(EndedTask::name).containsExactly("new");
  }

  @Test
  void tells_how_each_ended() {
    TaskHandle<Void> cancelled = tasks.run("c", () -> Thread.currentThread().join());
    Fixture.until("its start", () -> cancelled.status() == TaskStatus.RUNNING);
    cancelled.cancel();
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
    TaskHandle<Void> failed =
        tasks.run(
            "f",
            () -> {
              throw new IllegalStateException();
            });
    assertThatThrownBy(failed::await).isInstanceOf(TaskFailedException.class);
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
    assertThat(tasks.history())
        .extracting(EndedTask::outcome)
        .containsExactlyInAnyOrder(Outcome.FAILED, Outcome.CANCELLED);
  }

  @Test
  void sums_up_by_name() {
    runFor("a", ofSeconds(2));
    runFor("a", ofSeconds(4));
    runFor("b", ofSeconds(1));
    assertThat(tasks.figures())
        .containsExactly(
            new TaskFigures("a", 2, 0, ofSeconds(3), ofSeconds(4)),
            new TaskFigures("b", 1, 0, ofSeconds(1), ofSeconds(1)));
  }

  @Test
  void bounds_the_names_it_sums_up() {
    for (int i = 0; i < 1_200; i++) {
      tasks.submit("t" + i, () -> 1).await();
    }
    Fixture.until("all ends", () -> tasks.tasks().isEmpty());
    assertThat(tasks.figures()).hasSize(1_001);
    assertThat(tasks.figures().getFirst().name()).isEqualTo("(others)");
    assertThat(tasks.figures().getFirst().ended()).isEqualTo(200);
  }

  @Test
  void can_remember_nothing() {
    try (var none = Fixture.open(FailureSettings.usual().history(0, ofMinutes(1)).deadLetters(0))) {
      none.tasks.submit("t", () -> 1).await();
      assertThat(none.tasks.history()).isEmpty();
    }
    assertThatThrownBy(() -> FailureSettings.usual().deadLetters(-1))
        .hasMessageContaining("deadLetters = -1");
  }
}
