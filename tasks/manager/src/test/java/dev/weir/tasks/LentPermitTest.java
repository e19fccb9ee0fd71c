package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.GateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A task that awaits another of its own bulkhead, from wherever it is called. */
class LentPermitTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Task IN_A = Task.named("a").bulkhead("a");
  private static final Task IN_B = Task.named("b").bulkhead("b");
  private static final Task FREE = Task.named("free");

  private final Fixture fixture =
      Fixture.open(
          Map.of("a", new BulkheadSettings(1, 10_000), "b", new BulkheadSettings(1, 10_000)));
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  private int permitsInUse(String bulkhead) {
    return tasks.snapshot().bulkheads().stream()
        .filter(it -> it.name().equals(bulkhead))
        .mapToInt(GateSnapshot::inUse)
        .sum();
  }

  private void untilAllPermitsAreBack() {
    Fixture.until("the end of all", () -> tasks.tasks().isEmpty());
    assertThat(tasks.snapshot().bulkheads()).allSatisfy(it -> assertThat(it.inUse()).isZero());
  }

  @Nested
  class On_a_bulkhead_of_one {

    @Test
    void a_thousand_tasks_deep_each_awaits_the_next() {
      assertThat(tasks.submit(IN_A, () -> depthFrom(1_000)).await(LONG)).isEqualTo(1_000);
      untilAllPermitsAreBack();
    }

    private int depthFrom(int n) {
      assertThat(Thread.currentThread().isVirtual()).isTrue();
      assertThat(permitsInUse("a")).isOne();
      return n == 1 ? 1 : 1 + tasks.submit(IN_A, () -> depthFrom(n - 1)).await();
    }

    @Test
    void commands_of_its_executor_each_wait_for_the_next() throws Exception {
      assertThat(commandsFrom(100)).isEqualTo(100);
      var executor = tasks.executor("a");
      var inside = executor.submit(() -> executor.invokeAll(List.of(() -> 1, () -> 2)).size());
      assertThat(inside.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(2);
      untilAllPermitsAreBack();
    }

    private int commandsFrom(int n) throws Exception {
      if (n == 0) {
        return 0;
      }
      var below = tasks.executor("a").submit(() -> commandsFrom(n - 1));
      return 1 + (n % 2 == 0 ? below.get() : below.get(LONG.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void ten_thousand_children_run_one_at_a_time_in_their_order() {
      var running = new AtomicInteger();
      var most = new AtomicInteger();
      var order = new ArrayList<Integer>();
      tasks
          .run(
              IN_A,
              () -> {
                List<TaskHandle<Void>> children = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                  int number = i;
                  children.add(
                      tasks.run(
                          IN_A,
                          () -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            order.add(number);
                            running.decrementAndGet();
                          }));
                }
                for (TaskHandle<Void> child : children) {
                  child.await();
                  assertThat(running).hasValue(0); // its permit is back before it goes on
                }
              })
          .await(LONG);
      assertThat(most).hasValue(1);
      assertThat(order).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
      untilAllPermitsAreBack();
    }

    @Test
    void what_the_child_throws_reaches_its_parent() {
      var thrown = new IllegalStateException("child");
      TaskHandle<Throwable> parent =
          tasks.submit(
              IN_A,
              () -> {
                TaskHandle<Void> child =
                    tasks.run(
                        IN_A,
                        () -> {
                          throw thrown;
                        });
                try {
                  child.await();
                  throw new AssertionError("returned");
                } catch (TaskFailedException failure) {
                  return failure.getCause();
                }
              });
      assertThat(parent.await(LONG)).isSameAs(thrown);
    }

    @Test
    void a_child_that_was_cancelled_costs_the_next_nothing() {
      TaskHandle<String> parent =
          tasks.submit(
              IN_A,
              () -> {
                TaskHandle<Void> first = tasks.run(IN_A, () -> {});
                assertThat(first.cancel()).isEqualTo(Cancellation.BEFORE_START);
                return tasks.submit(IN_A, () -> "second").await();
              });
      assertThat(parent.await(LONG)).isEqualTo("second");
      untilAllPermitsAreBack();
    }

    @Test
    void a_task_of_another_priority_is_helped_as_well() {
      Task low = IN_A.priority(Priority.LOW);
      assertThat(tasks.submit(IN_A, () -> tasks.submit(low, () -> 1).await()).await(LONG)).isOne();
      untilAllPermitsAreBack();
    }
  }

  @Nested
  class Along_a_chain_of_waits {

    @Test
    void a_task_that_waits_in_another_bulkhead_lends_to_the_one_that_comes_back_to_its_own() {
      int depth =
          tasks
              .submit(
                  IN_A,
                  () -> tasks.submit(IN_B, () -> 1 + tasks.submit(IN_A, () -> 1).await()).await())
              .await(LONG);
      assertThat(depth).isEqualTo(2);
      untilAllPermitsAreBack();
    }

    @Test
    void a_task_without_a_bulkhead_in_between_changes_nothing() {
      TaskHandle<Integer> first =
          tasks.submit(
              IN_A, () -> tasks.submit(FREE, () -> tasks.submit(IN_A, () -> 7).await()).await());
      assertThat(first.await(LONG)).isEqualTo(7);
      untilAllPermitsAreBack();
    }

    @Test
    void the_first_may_come_to_wait_last() {
      var queued = new CompletableFuture<TaskHandle<Integer>>();
      TaskHandle<Integer> middle =
          tasks.submit(
              FREE,
              () -> {
                hold.await();
                TaskHandle<Integer> last = tasks.submit(IN_A, () -> 7);
                queued.complete(last);
                return last.await();
              });
      TaskHandle<Integer> first =
          tasks.submit(
              IN_A,
              () -> {
                hold.countDown();
                queued.join();
                Fixture.until("the middle to wait", () -> waits(middle));
                return middle.await();
              });
      assertThat(first.await(LONG)).isEqualTo(7);
      untilAllPermitsAreBack();
    }

    @Test
    void whoever_waits_lends_though_it_is_not_the_parent() {
      TaskHandle<Integer> middle =
          tasks.submit(
              FREE,
              () -> {
                hold.await();
                return tasks.submit(IN_A, () -> 7).await();
              });
      TaskHandle<Integer> stranger = tasks.submit(IN_A, () -> middle.await());
      Fixture.until("the stranger to wait", () -> waits(stranger));
      hold.countDown();
      assertThat(stranger.await(LONG)).isEqualTo(7);
      untilAllPermitsAreBack();
    }

    private static boolean waits(TaskHandle<?> handle) {
      return ((LiveTask<?>) handle).waitOfIts() != null;
    }

    @Test
    void any_nesting_of_bulkheads_comes_to_its_end() {
      for (long seed = 0; seed < 300; seed++) {
        var random = new Random(seed);
        tasks.submit(IN_A, () -> nest(random, 12)).await(LONG);
      }
      untilAllPermitsAreBack();
    }

    private int nest(Random random, int depth) {
      int sum = 1;
      for (int child = random.nextInt(3); depth > 0 && child > 0; child--) {
        Task where = List.of(IN_A, IN_B, FREE).get(random.nextInt(3));
        sum += tasks.submit(where, () -> nest(random, depth - 1)).await();
      }
      return sum;
    }

    @Test
    void a_circle_of_waits_ends_at_its_deadline() {
      var first = new CompletableFuture<TaskHandle<?>>();
      TaskHandle<?> second = tasks.submit(FREE, () -> first.join().await(Duration.ofMillis(300)));
      TaskHandle<?> one = tasks.submit(FREE, () -> second.await());
      first.complete(one);
      assertThatThrownBy(() -> one.await(LONG))
          .isInstanceOf(TaskFailedException.class)
          .hasRootCauseInstanceOf(TaskTimeoutException.class);
    }
  }

  @Nested
  class Who_stops_waiting {

    @Test
    void goes_on_in_time_while_the_child_keeps_a_permit_beyond_the_limit() {
      var goneOn = new CountDownLatch(1);
      TaskHandle<Void> parent =
          tasks.run(
              IN_A,
              () -> {
                TaskHandle<Void> child = tasks.run(IN_A, hold::await);
                assertThatThrownBy(() -> child.await(Duration.ofMillis(20)))
                    .isInstanceOf(TaskTimeoutException.class);
                goneOn.countDown();
                hold.await();
              });
      Fixture.until("the parent to go on", () -> goneOn.getCount() == 0);
      assertThat(permitsInUse("a")).isEqualTo(2);
      TaskHandle<Void> next = tasks.run(IN_A, () -> {});
      assertThat(next.status()).isEqualTo(TaskStatus.QUEUED);
      hold.countDown();
      parent.await(LONG);
      next.await(LONG);
      untilAllPermitsAreBack();
    }

    @Test
    void because_it_was_cancelled_leaves_the_child_its_permit() {
      var childRuns = new CountDownLatch(1);
      TaskHandle<Void> parent =
          tasks.run(
              IN_A,
              () ->
                  tasks
                      .run(
                          IN_A,
                          () -> {
                            childRuns.countDown();
                            hold.await();
                          })
                      .await());
      Fixture.until("the child", () -> childRuns.getCount() == 0);
      assertThat(permitsInUse("a")).isOne();
      parent.cancel();
      Fixture.until("the parent's end", () -> tasks.tasks().size() == 1);
      assertThat(permitsInUse("a")).isOne();
      hold.countDown();
      untilAllPermitsAreBack();
    }

    @Test
    void for_a_deaf_child_that_was_cancelled_does_not_run_on_the_same_permit() {
      var child = new CompletableFuture<TaskHandle<Void>>();
      var goneOn = new CountDownLatch(1);
      TaskHandle<Void> parent =
          tasks.run(
              IN_A,
              () -> {
                child.complete(tasks.run(IN_A, () -> Fixture.deafUntil(hold)));
                try {
                  child.join().await();
                } catch (TaskCancelledException _) {
                  goneOn.countDown();
                  hold.await();
                }
              });
      Fixture.until("the child", () -> child.join().status() == TaskStatus.RUNNING);
      child.join().cancel();
      Fixture.until("the parent to go on", () -> goneOn.getCount() == 0);
      assertThat(permitsInUse("a")).isEqualTo(2);
      hold.countDown();
      parent.await(LONG);
      untilAllPermitsAreBack();
    }
  }

  @Nested
  class The_same_call {

    private int call() {
      return tasks.submit(IN_A, () -> tasks.submit(IN_A, () -> 7).await()).await(LONG);
    }

    @Test
    void works_from_any_thread() throws Exception {
      assertThat(call()).isEqualTo(7);
      assertThat(ForkJoinPool.commonPool().submit(this::call).get()).isEqualTo(7);
      assertThat(IntStream.range(0, 100).parallel().map(_ -> call()).sum()).isEqualTo(700);
      for (var kind : List.of(Thread.ofVirtual(), Thread.ofPlatform())) {
        var future = new FutureTask<>(this::call);
        kind.start(future);
        assertThat(future.get()).isEqualTo(7);
      }
    }

    @Test
    void works_from_inside_tasks_and_when_one_ends() {
      assertThat(tasks.submit(FREE, this::call).await(LONG)).isEqualTo(7);
      assertThat(tasks.submit(IN_B, this::call).await(LONG)).isEqualTo(7);
      assertThat(fixture.system.submit("probe", this::call).await(LONG)).isEqualTo(7);
      var later = new CompletableFuture<Integer>();
      tasks.submit(FREE, () -> 1).completion().thenAccept(_ -> later.complete(call()));
      assertThat(later.join()).isEqualTo(7);
    }
  }
}
