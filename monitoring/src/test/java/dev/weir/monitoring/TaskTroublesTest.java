package dev.weir.monitoring;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.CircuitRule;
import dev.weir.gate.Retry;
import dev.weir.monitoring.Health.Status;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.BulkheadSettings;
import dev.weir.tasks.LoopHandle;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskFailedException;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskSettings;
import dev.weir.tasks.TaskStatus;
import dev.weir.tasks.failure.FailureSettings;
import dev.weir.tasks.failure.LoopInfo.State;
import dev.weir.tasks.failure.LoopPolicy;
import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskTroublesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SettableTime time = SettableTime.create();
  private final SystemTasks system =
      SystemTasks.open(List.of(), time.scheduler(), time, time::nanos);
  private final BackgroundTaskManager tasks =
      BackgroundTaskManager.open(
          new TaskSettings(
              Map.of(),
              new BulkheadSettings(4, 10),
              Duration.ZERO,
              FailureSettings.usual()
                  .stuckAfter(ofMinutes(1))
                  .circuits(Map.of("mailer", CircuitRule.usual().failures(1, 1)))),
          system,
          List.of(),
          List.of());
  private final TasksMonitor monitor = new TasksMonitor(tasks);
  private final CountDownLatch open = new CountDownLatch(1);

  @AfterEach
  void close() {
    open.countDown();
    tasks.close(Duration.ZERO);
    system.close();
  }

  private Health degraded() {
    Health health = monitor.check();
    assertThat(health.status()).isEqualTo(Status.DEGRADED);
    return health;
  }

  private static void crash() {
    throw new IllegalStateException("crash");
  }

  @Test
  void a_stuck_task_is_named_with_its_place_and_a_lingering_one_too() {
    var begun = new CountDownLatch(1);
    TaskHandle<Void> handle =
        tasks.run(
            "slow",
            () -> {
              begun.countDown();
              while (open.getCount() > 0) {
                Thread.onSpinWait();
              }
            });
    Await.until(PATIENCE, "its start", () -> begun.getCount() == 0);
    assertThat(monitor.check().status()).isEqualTo(Status.UP);
    time.advance(ofMinutes(2));
    Health stuck = degraded();
    assertThat(stuck.cause()).contains("'slow'").contains("PT2M").contains("now ");
    assertThat(stuck.mend()).contains("timeout").contains("now PT1M");
    handle.cancel();
    Health lingering = degraded();
    assertThat(lingering.cause()).contains("1 cancelled tasks run on, among them 'slow'");
    assertThat(lingering.mend()).contains("heed the interrupt");
  }

  @Test
  void dead_letters_are_told_of_once_and_counted_in_the_evidence() {
    TaskHandle<Void> handle = tasks.run("mail", TaskTroublesTest::crash);
    assertThatThrownBy(handle::await).isInstanceOf(TaskFailedException.class);
    Health dead = degraded();
    assertThat(dead.cause()).contains("1 tasks have failed for good");
    assertThat(dead.mend()).contains("deadLetters").contains("requeue");
    Health after = monitor.check();
    assertThat(after.status()).isEqualTo(Status.UP);
    assertThat(after.evidence().figures()).containsEntry("dead letters", "1");
  }

  @Test
  void a_loop_that_fails_and_is_given_up_is_named_with_its_last_failure() {
    LoopPolicy policy =
        LoopPolicy.pausing(ofSeconds(1))
            .restart(Retry.exponential(ofMillis(1), ofMillis(1)).attempts(2));
    LoopHandle loop = tasks.loop("poller", policy, _ -> crash());
    time.advance(Duration.ZERO);
    Await.until(PATIENCE, "a failure", () -> loop.info().state() == State.RESTARTING);
    assertThat(degraded().cause()).contains("loop 'poller' has failed 1 times in a row");
    time.advance(ofMillis(1));
    Await.until(PATIENCE, "the end", () -> loop.info().state() == State.GIVEN_UP);
    Health health = degraded();
    assertThat(health.cause())
        .contains("loop 'poller' was given up after 2 failures in a row")
        .contains("IllegalStateException: crash");
    assertThat(health.mend()).contains("start the loop again");
  }

  @Test
  void a_loop_that_hangs_and_a_loop_that_leaks_are_named() {
    LoopPolicy policy = LoopPolicy.pausing(ofMinutes(10)).hangAfter(ofSeconds(5)).mostTasks(1);
    LoopHandle hung =
        tasks.loop(
            "deaf",
            policy,
            _ -> {
              while (open.getCount() > 0) {
                Thread.onSpinWait();
              }
            });
    LoopHandle leaky =
        tasks.loop(
            "leaky",
            policy,
            _ -> {
              tasks.run("child", open::await);
              tasks.run("child", open::await);
            });
    time.advance(Duration.ZERO);
    Await.until(
        PATIENCE,
        "both to begin",
        () -> hung.info().state() == State.TURNING && leaky.info().state() == State.RESTING);
    time.advance(ofSeconds(5));
    Await.until(PATIENCE, "the hang", () -> hung.info().state() == State.HUNG);
    assertThat(degraded().cause())
        .contains("loop 'deaf' has given no sign of life")
        .contains("loop 'leaky' has 2 tasks under way");
    hung.stop();
    leaky.stop();
  }

  @Test
  void an_open_circuit_is_named() {
    TaskHandle<Void> handle =
        tasks.run(Task.named("mail").circuit("mailer"), TaskTroublesTest::crash);
    Await.until(PATIENCE, "its end", () -> handle.status() == TaskStatus.FAILED);
    assertThat(degraded().cause()).contains("circuit 'mailer' is open: 1 of its calls have failed");
  }
}
