package dev.weir.tasks;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tasks.failure.FailureSettings;
import dev.weir.testkit.SettableTime;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StuckTaskTest {

  private final SettableTime time = SettableTime.create();
  private final Recorder recorder = new Recorder();
  private final Fixture fixture =
      Fixture.open(time, FailureSettings.usual().stuckAfter(ofMinutes(1)), recorder);
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void close() {
    open.countDown();
    fixture.close();
  }

  private void hangHere(CountDownLatch begun) throws InterruptedException {
    begun.countDown();
    open.await();
  }

  private void hang(Task task) {
    var begun = new CountDownLatch(1);
    var _ = tasks.run(task, () -> hangHere(begun));
    Fixture.until("its start", () -> begun.getCount() == 0);
  }

  @Test
  void is_listed_with_its_stack_and_told_of_once() {
    hang(Task.named("slow"));
    time.advance(ofSeconds(59));
    assertThat(tasks.stuck()).isEmpty();
    for (int i = 0; i < 6; i++) {
      time.advance(ofSeconds(10));
    }
    Fixture.until("the word", () -> recorder.lines.contains("stuck slow 1"));
    StuckTask stuck = tasks.stuck().getFirst();
    assertThat(stuck.running()).isEqualTo(ofSeconds(119));
    assertThat(stuck.bound()).isEqualTo(ofMinutes(1));
    Fixture.until(
        "its stack",
        () -> stuck.task().stack().stream().anyMatch(it -> it.getMethodName().equals("hangHere")));
    for (int i = 0; i < 20; i++) {
      time.advance(ofSeconds(10));
    }
    assertThat(recorder.lines).containsOnlyOnce("stuck slow 1");
  }

  @Test
  void may_have_a_bound_of_its_own() {
    hang(Task.named("slow").stuckAfter(ofSeconds(20)));
    hang(Task.named("patient").stuckAfter(ofMinutes(60)));
    time.advance(ofSeconds(90));
    assertThat(tasks.stuck()).extracting(it -> it.task().name()).containsExactly("slow");
  }

  @Test
  void is_no_longer_stuck_once_it_has_ended() {
    hang(Task.named("slow"));
    time.advance(ofMinutes(2));
    assertThat(tasks.stuck()).hasSize(1);
    open.countDown();
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
    assertThat(tasks.stuck()).isEmpty();
  }

  @Test
  void one_that_was_cancelled_and_is_deaf_is_listed_as_lingering() {
    var begun = new CountDownLatch(1);
    TaskHandle<Void> handle =
        tasks.run(
            "deaf",
            () -> {
              begun.countDown();
              Fixture.deafUntil(open);
            });
    Fixture.until("its start", () -> begun.getCount() == 0);
    handle.cancel();
    assertThat(tasks.lingering()).extracting(TaskInfo::name).containsExactly("deaf");
    open.countDown();
    Fixture.until("its end", () -> tasks.lingering().isEmpty());
  }
}
