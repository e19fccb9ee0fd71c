package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskRunTest {

  private final Fixture fixture = Fixture.open(Map.of("one", new BulkheadSettings(1, 10)));
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  @Nested
  class The_run_of_a_task {

    @Test
    void knows_its_name_its_number_and_which_try_it_is() {
      TaskHandle<String> handle =
          tasks.submit(
              "embed",
              () -> {
                TaskRun run = TaskRun.current();
                return run.name() + " " + run.id() + " " + run.attempt();
              });
      assertThat(handle.await()).isEqualTo("embed " + handle.id() + " 1");
      assertThat(handle.attempt()).isEqualTo(1);
    }

    @Test
    void knows_the_moment_by_which_it_must_have_ended() {
      Task hurried = Task.named("t").deadline(Duration.ofDays(1));
      Duration left = tasks.submit(hurried, () -> TaskRun.current().deadline().remaining()).await();
      assertThat(left).isBetween(Duration.ofHours(23), Duration.ofDays(1));
      assertThat(tasks.submit("t", () -> TaskRun.current().deadline()).await())
          .isSameAs(Deadline.NONE);
    }

    @Test
    void knows_when_it_was_cancelled() {
      var run = new CompletableFuture<TaskRun>();
      var sawIt = new CompletableFuture<Boolean>();
      TaskHandle<Void> handle =
          tasks.run(
              "deaf",
              () -> {
                run.complete(TaskRun.current());
                Fixture.deafUntil(hold);
                sawIt.complete(TaskRun.current().isCancelled());
              });
      assertThat(run.join().isCancelled()).isFalse();
      handle.cancel();
      assertThat(run.join().isCancelled()).isTrue();
      hold.countDown();
      assertThat(sawIt.join()).isTrue();
    }

    @Test
    void knows_it_as_soon_as_the_body_is_interrupted() {
      for (int i = 0; i < 3_000; i++) {
        var begun = new CompletableFuture<Boolean>();
        var sawIt = new CompletableFuture<Boolean>();
        TaskHandle<Void> handle =
            tasks.run(
                "spinning",
                () -> {
                  begun.complete(true);
                  while (!Thread.interrupted()) {
                    Thread.onSpinWait();
                  }
                  sawIt.complete(TaskRun.current().isCancelled());
                });
        begun.join();
        handle.cancel();
        assertThat(sawIt.join()).isTrue();
      }
    }

    @Test
    void is_that_of_the_task_itself_where_tasks_start_tasks() {
      TaskHandle<Boolean> parent =
          tasks.submit(
              "parent",
              () -> {
                long before = TaskRun.current().id();
                long child = tasks.submit("child", () -> TaskRun.current().id()).await();
                return child != before && TaskRun.current().id() == before;
              });
      assertThat(parent.await()).isTrue();
    }

    @Test
    void is_there_for_system_tasks_and_for_commands_of_an_executor() throws Exception {
      assertThat(fixture.system.submit("probe", () -> TaskRun.current().name()).await())
          .isEqualTo("probe");
      assertThat(tasks.executor("view").submit(() -> TaskRun.current().name()).get())
          .isEqualTo("view");
    }

    @Test
    void is_refused_where_no_task_runs() {
      assertThatThrownBy(TaskRun::current)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("No task runs on thread '" + Thread.currentThread().getName())
          .hasMessageContaining("inside the body of a task");
    }
  }

  @Nested
  class Progress_of_a_task {

    @Test
    void shows_on_its_handle_while_it_runs_and_stays_when_it_has_ended() {
      var half = new CountDownLatch(1);
      TaskHandle<Void> handle =
          tasks.run(
              "import",
              () -> {
                TaskRun.current().progress(0.5, "5 of 10 files");
                half.countDown();
                hold.await();
                TaskRun.current().progress(1, "all files");
              });
      Fixture.until("the first half", () -> half.getCount() == 0);
      assertThat(handle.progress()).isEqualTo(new Progress(0.5, "5 of 10 files"));
      hold.countDown();
      handle.await();
      assertThat(handle.progress()).isEqualTo(new Progress(1, "all files"));
    }

    @Test
    void is_none_and_no_try_is_counted_while_the_task_waits() {
      TaskHandle<Void> first = tasks.run(Task.named("t").bulkhead("one"), hold::await);
      TaskHandle<Void> second = tasks.run(Task.named("t").bulkhead("one"), () -> {});
      assertThat(second.progress()).isSameAs(Progress.NONE);
      assertThat(second.attempt()).isZero();
      second.cancel();
      hold.countDown();
      first.await();
      assertThat(second.attempt()).isZero();
    }

    @Test
    @SuppressWarnings("NullAway") // the point of it
    void is_refused_if_it_makes_no_sense() {
      for (double wrong : new double[] {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY}) {
        assertThatThrownBy(() -> new Progress(wrong, "lost"))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("progress: fraction = " + wrong + " must be from 0 to 1");
      }
      assertThatThrownBy(() -> new Progress(0.5, null)).hasMessage("message");
      TaskHandle<Void> handle = tasks.run("t", () -> TaskRun.current().progress(2, "too far"));
      assertThatThrownBy(handle::await)
          .isInstanceOf(TaskFailedException.class)
          .hasRootCauseInstanceOf(IllegalArgumentException.class);
      assertThat(handle.progress()).isSameAs(Progress.NONE);
    }
  }
}
