package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.GateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BulkheadTest {

  private final Fixture fixture =
      Fixture.open(
          Map.of(
              "one", new BulkheadSettings(1, 2),
              "deep", new BulkheadSettings(1, 100_000)));
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  private TaskHandle<Void> occupy(String bulkhead) {
    TaskHandle<Void> handle = tasks.run(Task.named("occupant").bulkhead(bulkhead), hold::await);
    Fixture.until("the occupant", () -> handle.status() == TaskStatus.RUNNING);
    return handle;
  }

  @Nested
  class A_bulkhead {

    @Test
    void comes_into_being_with_its_settings_or_with_the_defaults() {
      assertThat(tasks.snapshot().bulkheads()).isEmpty();
      tasks.run(Task.named("t").bulkhead("one"), () -> {}).await();
      tasks.run(Task.named("t").bulkhead("another"), () -> {}).await();
      assertThat(tasks.snapshot().bulkheads())
          .extracting(GateSnapshot::name)
          .containsExactly("another", "one");
      assertThat(tasks.snapshot().bulkheads())
          .extracting(GateSnapshot::limit)
          .containsExactly(Fixture.ROOMY.limit(), 1);
    }

    @Test
    void never_runs_more_than_its_limit() {
      var inside = new AtomicInteger();
      var most = new AtomicInteger();
      Task task = Task.named("t").bulkhead("four");
      List<TaskHandle<Void>> handles =
          IntStream.range(0, 100)
              .mapToObj(
                  _ ->
                      tasks.run(
                          task,
                          () -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            inside.decrementAndGet();
                          }))
              .toList();
      handles.forEach(TaskHandle::await);
      assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void starts_no_thread_for_what_waits() {
      occupy("deep");
      var threads = Collections.synchronizedList(new ArrayList<Thread>());
      List<TaskHandle<Void>> waiting =
          IntStream.range(0, 10_000)
              .mapToObj(
                  _ ->
                      tasks.run(
                          Task.named("w").bulkhead("deep"),
                          () -> threads.add(Thread.currentThread())))
              .toList();
      assertThat(tasks.tasks())
          .filteredOn(it -> it.status() == TaskStatus.QUEUED)
          .hasSize(10_000)
          .allSatisfy(it -> assertThat(it.stack()).isEmpty());
      assertThat(tasks.snapshot().queued()).isEqualTo(10_000);
      waiting.forEach(it -> assertThat(it.cancel()).isEqualTo(Cancellation.BEFORE_START));
      hold.countDown();
      tasks.run(Task.named("last").bulkhead("deep"), () -> {}).await();
      assertThat(threads).isEmpty();
      assertThat(tasks.snapshot().cancelled()).isEqualTo(10_000);
      assertThat(waiting.getFirst().ran()).isEmpty();
    }

    @Test
    void does_not_hold_up_tasks_without_one() {
      occupy("one");
      assertThat(tasks.submit("free", () -> 1).await()).isEqualTo(1);
    }
  }

  @Nested
  class A_full_bulkhead {

    @Test
    void refuses_by_type() {
      occupy("one");
      Task task = Task.named("t").bulkhead("one");
      tasks.run(task, () -> {});
      tasks.run(task, () -> {});
      assertThatThrownBy(() -> tasks.run(task, () -> {}))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              it -> assertThat(it.reason()).isEqualTo(Reason.QUEUE_FULL))
          .hasMessageContaining("gate 'one'")
          .hasMessageContaining("bounded to 2")
          .hasMessageContaining("raise 'bulkheads.one.queue' or 'bulkheads.one.limit'");
      assertThat(tasks.snapshot().rejected()).isOne();
      assertThat(tasks.snapshot().submitted()).isEqualTo(3);
      assertThat(tasks.tasks()).hasSize(3);
    }

    @Test
    void refuses_the_task_that_fills_it_instead_of_letting_it_wait_for_itself() {
      Task task = Task.named("parent").bulkhead("one");
      TaskHandle<Reason> parent =
          tasks.submit(
              task,
              () -> {
                tasks.run(task, () -> {});
                tasks.run(task, () -> {});
                try {
                  tasks.run(task, () -> {}).await();
                  throw new AssertionError("not refused");
                } catch (AdmissionRejectedException refusal) {
                  return refusal.reason();
                }
              });
      assertThat(parent.await(Duration.ofSeconds(20))).isEqualTo(Reason.QUEUE_FULL);
    }

    @Test
    void has_room_again_after_a_cancellation() {
      occupy("one");
      Task task = Task.named("t").bulkhead("one");
      TaskHandle<Void> first = tasks.run(task, () -> {});
      tasks.run(task, () -> {});
      first.cancel();
      assertThat(tasks.run(task, () -> {}).status()).isEqualTo(TaskStatus.QUEUED);
    }
  }

  @Nested
  class Priorities {

    @Test
    void share_a_saturated_bulkhead_by_weight_within_five_percent() {
      occupy("deep");
      var order = Collections.synchronizedList(new ArrayList<Priority>());
      var handles = new ArrayList<TaskHandle<Void>>();
      for (Priority priority : Priority.values()) {
        for (int i = 0; i < 2_500; i++) {
          Task task = Task.named("t").bulkhead("deep").priority(priority);
          handles.add(tasks.run(task, () -> order.add(priority)));
        }
      }
      hold.countDown();
      handles.forEach(TaskHandle::await);
      List<Priority> whileAllWaited = order.subList(0, 3_600);
      for (Priority priority : Priority.values()) {
        double got = Collections.frequency(whileAllWaited, priority);
        assertThat(got)
            .as("%s", priority)
            .isCloseTo(100 * priority.weight(), within(5.0 * priority.weight()));
      }
    }

    @Test
    void let_a_lone_critical_task_wait_for_one_task_at_most_after_the_one_that_runs() {
      for (Priority flood : List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH)) {
        var gate = new CountDownLatch(1);
        var order = Collections.synchronizedList(new ArrayList<String>());
        TaskHandle<Void> runs = tasks.run(Task.named("t").bulkhead("deep"), gate::await);
        Fixture.until("the occupant", () -> runs.status() == TaskStatus.RUNNING);
        var handles = new ArrayList<TaskHandle<Void>>();
        Task common = Task.named("t").bulkhead("deep").priority(flood);
        for (int i = 0; i < 100; i++) {
          handles.add(tasks.run(common, () -> order.add("flood")));
        }
        Task urgent = Task.named("t").bulkhead("deep").priority(Priority.CRITICAL);
        handles.add(tasks.run(urgent, () -> order.add("urgent")));
        gate.countDown();
        handles.forEach(TaskHandle::await);
        assertThat(order.indexOf("urgent")).as("behind %s", flood).isLessThanOrEqualTo(1);
      }
    }

    @Test
    void let_a_low_task_end_under_a_flood_that_never_does() {
      occupy("deep");
      Task high = Task.named("t").bulkhead("deep").priority(Priority.HIGH);
      Task low = Task.named("t").bulkhead("deep").priority(Priority.LOW);
      var ended = new CountDownLatch(1);
      for (int i = 0; i < 100; i++) {
        flood(high, ended);
      }
      TaskHandle<Void> starved = tasks.run(low, ended::countDown);
      hold.countDown();
      starved.await(Duration.ofSeconds(20));
      assertThat(starved.status()).isEqualTo(TaskStatus.SUCCEEDED);
    }

    /** Each one that ends brings the next, so that the queue of its priority never empties. */
    private void flood(Task task, CountDownLatch ended) {
      tasks.run(
          task,
          () -> {
            if (ended.getCount() > 0) {
              flood(task, ended);
            }
          });
    }

    @Test
    void keep_the_order_of_submission_each() {
      occupy("deep");
      var order = Collections.synchronizedList(new ArrayList<Integer>());
      var handles = new ArrayList<TaskHandle<Void>>();
      List<Priority> all = List.of(Priority.values());
      for (int i = 0; i < 1_000; i++) {
        int number = i;
        Priority priority = all.get(i % all.size());
        Task task = Task.named("t").bulkhead("deep").priority(priority);
        handles.add(tasks.run(task, () -> order.add(number)));
      }
      hold.countDown();
      handles.forEach(TaskHandle::await);
      for (int each = 0; each < all.size(); each++) {
        int priority = each;
        assertThat(order.stream().filter(it -> it % all.size() == priority)).isSorted();
      }
    }

    @Test
    void have_the_weights_that_are_promised() {
      assertThat(IntStream.of(1, 5, 10, 20).boxed().toList())
          .isEqualTo(
              List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.CRITICAL).stream()
                  .map(Priority::weight)
                  .toList());
    }
  }

  @Nested
  class The_name_system {

    @Test
    void is_refused_wherever_a_user_may_say_it() {
      Task task = Task.named("t").bulkhead("system");
      assertThatThrownBy(() -> tasks.run(task, () -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("kept for Weir's own tasks");
      assertThatThrownBy(() -> tasks.executor("system"))
          .isInstanceOf(IllegalArgumentException.class);
      var limits = Map.of("system", Fixture.ROOMY);
      assertThatThrownBy(() -> new TaskSettings(limits, Fixture.ROOMY, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
