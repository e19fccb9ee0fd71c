package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Retry;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.spi.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a listener hears who follows tasks from the beginning of each try to its end. */
class FollowedTaskTest {

  private final List<String> heard = new CopyOnWriteArrayList<>();

  private final class Follower implements TaskListener {
    @Override
    public boolean follows() {
      return true;
    }

    @Override
    public @Nullable Step running(TaskRun run) {
      String thread = Thread.currentThread().toString();
      heard.add("begins " + run.name() + " " + run.attempt() + " " + run.bulkhead().orElse("-"));
      return new Step() {
        @Override
        public void note(Note note, @Nullable Throwable why) {}

        @Override
        public void end(@Nullable Throwable failure) {
          assertThat(Thread.currentThread().toString()).isEqualTo(thread);
          heard.add("ends " + (failure == null ? "well" : failure.getMessage()));
        }
      };
    }

    @Override
    public void buried(String name) {
      heard.add("buried " + name);
    }

    @Override
    public void late(String name, Duration lateness) {
      assertThat(lateness).isGreaterThanOrEqualTo(Duration.ZERO);
      heard.add("late " + name);
    }
  }

  @Test
  void begins_and_ends_around_the_body_of_each_try() {
    int[] tries = {0};
    try (var fixture = Fixture.open(List.of(new Follower()))) {
      Task twice =
          Task.named("flaky")
              .bulkhead("b")
              .retry(Retry.exponential(Duration.ofMillis(1), Duration.ofMillis(2)).attempts(2));
      fixture
          .tasks
          .run(
              twice,
              () -> {
                heard.add("body");
                if (++tries[0] < 2) {
                  throw new IllegalStateException("boom");
                }
              })
          .await();
      assertThat(heard)
          .containsExactly(
              "begins flaky 1 b", "body", "ends boom", "begins flaky 2 b", "body", "ends well");
    }
  }

  @Test
  void hears_of_what_is_buried() {
    try (var fixture = Fixture.open(List.of(new Follower()))) {
      var bad =
          fixture.tasks.run(
              "bad",
              () -> {
                throw new IllegalStateException("boom");
              });
      assertThatThrownBy(bad::await).isInstanceOf(TaskFailedException.class);
      assertThat(heard).containsExactly("begins bad 1 -", "ends boom", "buried bad");
    }
  }

  @Test
  void hears_how_late_each_run_of_a_schedule_is() {
    try (var fixture = Fixture.open(List.of(new Follower()))) {
      var job = fixture.tasks.schedule("job", Schedule.every(Duration.ofMillis(5)), () -> {});
      Fixture.until("two runs", () -> job.runs() >= 2 && heard.contains("late job"));
      job.cancel();
    }
  }

  @Test
  void that_throws_hurts_neither_the_task_nor_who_else_follows() {
    var broken =
        new TaskListener() {
          @Override
          public boolean follows() {
            return true;
          }

          @Override
          public Step running(TaskRun run) {
            if (run.name().equals("worse")) {
              throw new IllegalStateException("running");
            }
            return new Step() {
              @Override
              public void note(Note note, @Nullable Throwable why) {}

              @Override
              public void end(@Nullable Throwable failure) {
                throw new IllegalStateException("end");
              }
            };
          }
        };
    try (var log = new CapturedLog(SafeListeners.class);
        var fixture = Fixture.open(List.of(new Follower(), broken))) {
      assertThat(fixture.tasks.submit("good", () -> 1).await()).isEqualTo(1);
      assertThat(fixture.tasks.submit("worse", () -> 2).await()).isEqualTo(2);
      assertThat(heard)
          .containsExactly("begins good 1 -", "ends well", "begins worse 1 -", "ends well");
      assertThat(log.messages()).hasSize(1);
    }
  }

  @Test
  void is_not_asked_unless_it_says_that_it_follows() {
    var idle =
        new TaskListener() {
          @Override
          public Step running(TaskRun run) {
            throw new AssertionError("asked");
          }
        };
    try (var log = new CapturedLog(SafeListeners.class);
        var fixture = Fixture.open(List.of(idle))) {
      fixture.tasks.run("t", () -> {}).await();
      assertThat(log.messages()).isEmpty();
    }
  }

  @Test
  void a_run_knows_its_bulkhead_its_priority_and_how_long_it_waited() {
    try (var fixture =
        Fixture.open(new TaskListener() {}, Map.of("b", new BulkheadSettings(1, 1)))) {
      Task task = Task.named("t").bulkhead("b").priority(Priority.HIGH);
      TaskRun run = fixture.tasks.submit(task, TaskRun::current).await();
      assertThat(run.bulkhead()).contains("b");
      assertThat(run.priority()).isEqualTo(Priority.HIGH);
      assertThat(run.waited()).isGreaterThanOrEqualTo(Duration.ZERO);
    }
  }
}
