package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ShutdownTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(5);

  private final Fixture fixture = Fixture.open(Map.of("one", new BulkheadSettings(1, 10_000)));
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  private TaskHandle<Void> running(String name, Job job) throws InterruptedException {
    var begun = new CountDownLatch(1);
    TaskHandle<Void> handle =
        tasks.run(
            name,
            () -> {
              begun.countDown();
              job.run();
            });
    begun.await();
    return handle;
  }

  @Nested
  class Stopping_to_accept {

    @Test
    void refuses_every_way_in_by_type_and_lets_the_accepted_go_on() throws InterruptedException {
      var executor = tasks.executor("e");
      TaskHandle<Void> accepted = running("accepted", hold::await);
      tasks.stopAccepting();
      tasks.stopAccepting();
      assertThatThrownBy(() -> tasks.submit("late", () -> 1))
          .isInstanceOfSatisfying(
              AdmissionRejectedException.class,
              it -> assertThat(it.reason()).isEqualTo(Reason.CLOSED))
          .hasMessageContaining("'background tasks' admits nobody any more")
          .hasMessageContaining("Stop calling it");
      assertThatThrownBy(() -> tasks.run(Task.named("t").bulkhead("one").dedupKey("k"), () -> {}))
          .isInstanceOf(AdmissionRejectedException.class);
      assertThatThrownBy(() -> executor.submit(() -> 1))
          .hasCauseInstanceOf(AdmissionRejectedException.class);
      hold.countDown();
      assertThat(accepted.await()).isNull();
      assertThat(tasks.snapshot().rejected()).isEqualTo(3);
      assertThat(tasks.snapshot().submitted()).isOne();
    }
  }

  @Nested
  class Draining {

    @Test
    void waits_for_what_runs_and_what_is_queued() {
      tasks.run(Task.named("first").bulkhead("one"), hold::await);
      IntStream.range(0, 99).forEach(_ -> tasks.run(Task.named("next").bulkhead("one"), () -> {}));
      Thread.ofVirtual().start(hold::countDown);
      ShutdownReport report = tasks.drain(LONG);
      assertThat(report.isClean()).isTrue();
      assertThat(report.took()).isPositive().isLessThan(LONG);
      assertThat(tasks.snapshot().succeeded()).isEqualTo(100);
      assertThat(tasks.tasks()).isEmpty();
    }

    @Test
    void names_what_is_left_and_interrupts_nothing() throws InterruptedException {
      TaskHandle<Void> slow = running("slow", hold::await);
      ShutdownReport report = tasks.drain(SHORT);
      assertThat(report.left()).extracting(TaskInfo::name).containsExactly("slow");
      assertThat(report.interrupted()).isEmpty();
      assertThat(report.isClean()).isFalse();
      assertThat(slow.status()).isEqualTo(TaskStatus.RUNNING);
    }
  }

  @Nested
  class Closing {

    @Test
    void ends_with_the_last_task_and_not_with_the_budget() throws InterruptedException {
      running("last", hold::await);
      var report = new CompletableFuture<ShutdownReport>();
      Thread closer = Thread.ofVirtual().start(() -> report.complete(tasks.close(LONG)));
      Fixture.until("the wait", () -> closer.getState() == Thread.State.TIMED_WAITING);
      hold.countDown();
      assertThat(report.join().took()).isLessThan(LONG.dividedBy(2));
      assertThat(report.join().drained()).isOne();
    }

    @Test
    void lets_everything_end_within_the_budget() {
      tasks.run(Task.named("first").bulkhead("one"), hold::await);
      IntStream.range(0, 99).forEach(_ -> tasks.run(Task.named("next").bulkhead("one"), () -> {}));
      Thread.ofVirtual().start(hold::countDown);
      ShutdownReport report = tasks.close(LONG);
      assertThat(report.isClean()).isTrue();
      assertThat(tasks.snapshot().succeeded()).isEqualTo(100);
    }

    @Test
    void drops_what_is_queued_and_interrupts_what_runs_when_time_is_up()
        throws InterruptedException {
      TaskHandle<Void> first = tasks.run(Task.named("first").bulkhead("one"), hold::await);
      TaskHandle<Void> queued = tasks.run(Task.named("queued").bulkhead("one"), () -> {});
      Fixture.until("a start", () -> first.status() == TaskStatus.RUNNING);
      ShutdownReport report = tasks.close(SHORT);
      assertThat(report.interrupted()).containsExactly("first");
      assertThat(report.unstarted()).containsExactly("queued");
      assertThat(report.left()).isEmpty();
      assertThat(report.drained()).isZero();
      assertThatThrownBy(first::await)
          .isInstanceOf(TaskCancelledException.class)
          .hasMessageContaining("its manager closed");
      assertThat(queued.status()).isEqualTo(TaskStatus.CANCELLED);
    }

    @Test
    void counts_what_ended_by_itself_apart_from_what_was_interrupted() throws InterruptedException {
      var second = new CountDownLatch(1);
      running("quick", second::await);
      running("slow", hold::await);
      Thread.ofVirtual().start(second::countDown);
      ShutdownReport report = tasks.close(Duration.ofMillis(200));
      assertThat(report.drained()).isBetween(0L, 1L);
      assertThat(report.interrupted()).containsExactly("slow");
    }

    @Test
    void names_the_deaf_with_their_stacks_and_returns_all_the_same() throws InterruptedException {
      running("deaf", () -> Fixture.deafUntil(hold));
      ShutdownReport report = tasks.close(Duration.ZERO);
      assertThat(report.interrupted()).containsExactly("deaf");
      assertThat(report.left()).hasSize(1);
      TaskInfo left = report.left().getFirst();
      assertThat(left.name()).isEqualTo("deaf");
      assertThat(left.status()).isEqualTo(TaskStatus.CANCELLED);
      assertThat(report.took()).isLessThan(LONG);
      hold.countDown();
      Fixture.until("its end", () -> tasks.tasks().isEmpty());
      assertThat(left.stack()).extracting(StackTraceElement::getMethodName).contains("deafUntil");
    }

    @Test
    void takes_the_stacks_of_a_thousand_and_names_the_others_too() throws InterruptedException {
      var begun = new CountDownLatch(1_100);
      Job deaf =
          () -> {
            begun.countDown();
            Fixture.deafUntil(hold);
          };
      for (int i = 0; i < 1_100; i++) {
        tasks.run("deaf", deaf);
      }
      begun.await();
      ShutdownReport report = tasks.close(Duration.ZERO);
      assertThat(report.left()).hasSize(1_100);
      assertThat(report.left()).filteredOn(it -> !it.stack().isEmpty()).hasSize(1_000);
    }

    @Test
    void twice_gives_the_first_report_again() throws InterruptedException {
      running("slow", hold::await);
      ShutdownReport report = tasks.close(Duration.ZERO);
      assertThat(tasks.close(LONG)).isSameAs(report);
      tasks.close();
    }

    @Test
    void from_a_second_thread_waits_for_the_first() throws InterruptedException {
      running("slow", hold::await);
      var first = new CompletableFuture<ShutdownReport>();
      Thread.ofVirtual().start(() -> first.complete(tasks.close(LONG)));
      Fixture.until("the first", () -> refuses());
      Thread.ofVirtual().start(hold::countDown);
      assertThat(tasks.close(LONG)).isSameAs(first.join());
      assertThat(first.join().isClean()).isTrue();
    }

    private boolean refuses() {
      try {
        tasks.run("probe", () -> {});
        return false;
      } catch (AdmissionRejectedException _) {
        return true;
      }
    }

    @Test
    void from_inside_a_task_does_not_wait_for_that_task_but_for_the_others()
        throws InterruptedException {
      TaskHandle<Void> other = running("other", hold::await);
      TaskHandle<ShutdownReport> closer =
          tasks.submit(
              "closer",
              () -> {
                Thread.ofVirtual().start(hold::countDown);
                ShutdownReport report = tasks.close(LONG);
                assertThat(other.status()).isEqualTo(TaskStatus.SUCCEEDED);
                return report;
              });
      ShutdownReport report = closer.await(LONG);
      assertThat(report.isClean()).isTrue();
      assertThat(closer.status()).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @RepeatedTest(50)
    void returns_only_when_every_handle_says_that_it_is_over() {
      List<TaskHandle<Void>> all =
          IntStream.range(0, 20).mapToObj(i -> tasks.run("short", () -> {})).toList();
      tasks.close(LONG);
      assertThat(all).allMatch(handle -> handle.status() == TaskStatus.SUCCEEDED);
    }

    @Test
    void from_inside_a_task_that_a_close_is_waiting_for_returns_at_once()
        throws InterruptedException {
      var reported = new CompletableFuture<ShutdownReport>();
      running(
          "late",
          () -> {
            hold.await();
            reported.complete(tasks.close(Duration.ofDays(1)));
          });
      var first = new CompletableFuture<ShutdownReport>();
      Thread.ofVirtual().start(() -> first.complete(tasks.close(LONG)));
      Fixture.until("the first", this::refuses);
      hold.countDown();
      assertThat(first.join().isClean()).isTrue();
      assertThat(reported).isCompleted();
    }

    @Test
    void at_an_interrupt_ends_early_and_keeps_the_flag() throws InterruptedException {
      running("slow", hold::await);
      Thread.currentThread().interrupt();
      ShutdownReport report = tasks.close(LONG);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(report.interrupted()).containsExactly("slow");
    }

    @Test
    void without_a_budget_takes_that_of_the_settings_and_logs_what_was_lost()
        throws InterruptedException {
      var settings = new TaskSettings(Map.of(), Fixture.ROOMY, SHORT);
      var mine = BackgroundTaskManager.open(settings, fixture.system, List.of(), List.of());
      TaskHandle<Void> slow = mine.run("slow", hold::await);
      Fixture.until("a start", () -> slow.status() == TaskStatus.RUNNING);
      try (var log = new CapturedLog(BackgroundTaskManager.class)) {
        mine.close();
        assertThat(log.messages()).singleElement().asString().contains("slow");
      }
    }

    @RepeatedTest(5)
    void in_a_storm_of_submissions_and_cancels_loses_no_task_and_no_permit()
        throws InterruptedException {
      long seed = new Random().nextLong();
      var random = new Random(seed);
      var ran = new AtomicInteger();
      var handles = new ArrayList<TaskHandle<Void>>();
      Task bounded = Task.named("b").bulkhead("one");
      Thread closer = null;
      for (int i = 0; i < 3_000; i++) {
        if (i == 2_000) {
          closer =
              Thread.ofVirtual().start(() -> tasks.close(Duration.ofMillis(random.nextInt(5))));
        }
        try {
          handles.add(
              tasks.run(
                  random.nextBoolean() ? bounded : Task.named("u"),
                  () -> {
                    ran.incrementAndGet();
                    Thread.currentThread().isInterrupted();
                  }));
        } catch (AdmissionRejectedException refusal) {
          assertThat(refusal.reason()).isEqualTo(Reason.CLOSED);
        }
        if (random.nextInt(3) == 0) {
          handles.get(random.nextInt(handles.size())).cancel();
        }
      }
      if (closer != null) {
        closer.join();
      }
      handles.forEach(it -> assertThat(it.status().isDone()).as("seed %d: %s", seed, it).isTrue());
      Fixture.until("all bodies to end, seed " + seed, () -> tasks.tasks().isEmpty());
      TasksSnapshot seen = tasks.snapshot();
      assertThat(seen.submitted()).as("seed %d", seed).isEqualTo(handles.size());
      assertThat(seen.succeeded() + seen.cancelled() + seen.failed())
          .as("seed %d", seed)
          .isEqualTo(handles.size());
      assertThat(seen.running() + seen.queued()).as("seed %d", seed).isZero();
      Fixture.until(
          "every permit, seed " + seed, () -> tasks.snapshot().bulkheads().getFirst().inUse() == 0);
      assertThat((long) ran.get()).as("seed %d", seed).isGreaterThanOrEqualTo(seen.succeeded());
    }
  }
}
