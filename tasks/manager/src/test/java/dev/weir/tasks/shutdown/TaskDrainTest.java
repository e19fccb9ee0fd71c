package dev.weir.tasks.shutdown;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskDrainTest {

  private static final Duration BUDGET = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(700);

  private final SystemTasks system = SystemTasks.open();
  private final BackgroundTaskManager tasks =
      BackgroundTaskManager.open(
          new TaskSettings(Map.of(), new BulkheadSettings(1, 100), BUDGET),
          system,
          List.of(),
          List.of());
  private final ShutdownSequence sequence =
      new ShutdownSequence(tasks::isInsideTask).here(Phase.TASKS, "tasks", new TaskDrain(tasks));
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    system.close();
  }

  private List<String> leftAfter(Duration budget) {
    return sequence.stop("a test", budget).orElseThrow().steps().getFirst().left();
  }

  private void run(String name, CountDownLatch started, boolean deaf) throws InterruptedException {
    tasks.run(name, () -> waitHere(started, deaf));
    started.await();
  }

  private void waitHere(CountDownLatch started, boolean deaf) throws InterruptedException {
    started.countDown();
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException wake) {
        if (!deaf) {
          throw wake;
        }
      }
    }
  }

  @Test
  void lets_tasks_end_and_leaves_nothing_to_say() throws InterruptedException {
    run("short", new CountDownLatch(1), false);
    Thread.ofVirtual().start(release::countDown);

    assertThat(leftAfter(BUDGET)).isEmpty();
  }

  @Test
  void names_what_was_interrupted_what_runs_on_and_what_never_began() throws InterruptedException {
    run("obedient", new CountDownLatch(1), false);
    run("deaf", new CountDownLatch(1), true);
    var inside = new CountDownLatch(1);
    tasks.run(Task.named("first").bulkhead("one"), () -> waitHere(inside, false));
    inside.await();
    tasks.run(Task.named("queued").bulkhead("one"), () -> {});
    tasks.run(Task.named("queued").bulkhead("one"), () -> {});

    List<String> left = leftAfter(SHORT);

    assertThat(left)
        .contains(
            "task 'obedient' was interrupted, and ended",
            "task 'first' was interrupted, and ended",
            "task 'queued' was queued, and never began (2 of them)")
        .hasSize(4);
    assertThat(left.getFirst())
        .matches("task 'deaf' \\(\\d+\\) was interrupted, and still runs after .* s, at .*");
  }

  @Test
  void does_not_wait_for_the_task_that_stops() {
    Optional<StopReport> report =
        tasks.submit("stopper", () -> sequence.stop("a task", BUDGET)).await();

    assertThat(report.orElseThrow().isClean()).isTrue();
  }
}
