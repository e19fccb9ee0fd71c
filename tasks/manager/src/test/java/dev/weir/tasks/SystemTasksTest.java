package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.tasks.schedule.ScheduleHandle;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemTasksTest {

  private final Recorder recorder = new Recorder();
  private final SystemTasks system = SystemTasks.open(List.of(recorder));
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    system.close();
  }

  @Test
  void run_on_virtual_threads_of_their_name_and_tell_the_listener() {
    assertThat(system.submit("probe", () -> Thread.currentThread().getName()).await())
        .isEqualTo("probe-1");
    assertThat(system.submit("probe", () -> Thread.currentThread().isVirtual()).await()).isTrue();
    assertThat(recorder.lines).contains("submitted probe");
  }

  @Test
  void are_listed_with_their_stack() {
    system.submit("probe", waitingForHold());
    Fixture.until(
        "the stack",
        () ->
            system.tasks().getFirst().stack().stream()
                .anyMatch(it -> it.getMethodName().equals("await")));
    assertThat(system.tasks()).extracting(TaskInfo::name).containsExactly("probe");
  }

  private Callable<Boolean> waitingForHold() {
    return () -> {
      hold.await();
      return true;
    };
  }

  @Test
  void go_on_while_the_users_manager_is_drained_paused_and_closed() {
    var tasks =
        BackgroundTaskManager.open(
            new TaskSettings(java.util.Map.of(), new BulkheadSettings(1, 1), Duration.ZERO),
            system,
            List.of(),
            List.of());
    TaskHandle<Boolean> probe = system.submit("probe", waitingForHold());
    tasks.stopAccepting();
    assertThat(tasks.drain(Duration.ofSeconds(20)).isClean()).isTrue();
    assertThat(tasks.close(Duration.ZERO).isClean()).isTrue();
    assertThat(probe.status().isDone()).isFalse();
    hold.countDown();
    assertThat(probe.await()).isTrue();
    assertThat(system.submit("after", () -> 1).await()).isEqualTo(1);
  }

  @Test
  void do_not_inherit_a_users_deadline() {
    boolean bound =
        Deadline.within(
                Duration.ofDays(1),
                () -> system.submit("probe", () -> Deadline.current().isBound()))
            .await();
    assertThat(bound).isFalse();
    TaskHandle<Integer> late =
        Deadline.in(Duration.ZERO).call(() -> system.submit("probe", () -> 1));
    assertThat(late.await()).isEqualTo(1);
  }

  @Test
  void run_by_a_schedule_in_a_tests_time() {
    var time = SettableTime.create();
    try (var mine = SystemTasks.open(List.of(), time.scheduler(), time, time::nanos)) {
      ScheduleHandle handle = mine.every("sizing", Duration.ofSeconds(5), () -> {});
      time.advance(Duration.ofSeconds(5));
      Fixture.until("the run", () -> mine.tasks().isEmpty());
      time.advance(Duration.ofSeconds(5));
      assertThat(handle.runs()).isEqualTo(2);
    }
    assertThat(time.scheduler().isShutdown()).isFalse();
  }

  @Test
  void lend_a_timer_of_named_daemons_that_libraries_cannot_end()
      throws ExecutionException, InterruptedException, TimeoutException {
    ScheduledExecutorService timer = system.timer();
    Thread thread =
        timer.schedule(Thread::currentThread, 1, TimeUnit.NANOSECONDS).get(20, TimeUnit.SECONDS);
    assertThat(thread.getName()).matches("weir-timer-[12]");
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.isVirtual()).isFalse();
    timer.shutdown();
    assertThat(timer.shutdownNow()).isEmpty();
    timer.close();
    assertThat(timer.isShutdown()).isFalse();
    assertThat(timer.awaitTermination(1, TimeUnit.DAYS)).isFalse();
    var again = new CompletableFuture<Boolean>();
    timer.execute(() -> again.complete(true));
    assertThat(again.get(20, TimeUnit.SECONDS)).isTrue();
    var ticks = new CountDownLatch(3);
    var periodic = timer.scheduleAtFixedRate(ticks::countDown, 0, 1, TimeUnit.MICROSECONDS);
    assertThat(ticks.await(20, TimeUnit.SECONDS)).isTrue();
    periodic.cancel(false);
    var delays = new CountDownLatch(3);
    var delayed = timer.scheduleWithFixedDelay(delays::countDown, 0, 1, TimeUnit.MICROSECONDS);
    assertThat(delays.await(20, TimeUnit.SECONDS)).isTrue();
    delayed.cancel(false);
  }

  @Test
  void keep_no_more_than_two_timer_threads() throws InterruptedException {
    var both = new CountDownLatch(2);
    for (int i = 0; i < 10; i++) {
      system
          .timer()
          .execute(
              () -> {
                both.countDown();
                Fixture.deafUntil(hold);
              });
    }
    assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(it -> it.getName().startsWith("weir-timer-"))
        .extracting(Thread::getName)
        .contains("weir-timer-1", "weir-timer-2")
        .doesNotContain("weir-timer-3");
  }

  @Test
  void lend_a_library_a_timer_of_its_own_that_stalls_nobody_else()
      throws ExecutionException, InterruptedException, TimeoutException {
    ScheduledExecutorService own = system.timer("library");
    var thread = new CompletableFuture<Thread>();
    for (int i = 0; i < 3; i++) {
      own.execute(
          () -> {
            thread.complete(Thread.currentThread());
            Fixture.deafUntil(hold);
          });
    }
    assertThat(thread.get(20, TimeUnit.SECONDS).getName()).isEqualTo("library-timer-1");
    assertThat(thread.join().isDaemon()).isTrue();
    assertThat(thread.join().isVirtual()).isFalse();
    ScheduledExecutorService ours = system.timer();
    assertThat(ours.schedule(() -> 1, 1, TimeUnit.NANOSECONDS).get(20, TimeUnit.SECONDS)).isOne();
    assertThat(system.timer("library").submit(() -> 1).get(20, TimeUnit.SECONDS)).isOne();
    own.shutdown();
    assertThat(own.isShutdown()).isTrue();
    assertThat(ours.isShutdown()).isFalse();
  }

  @Test
  void end_a_librarys_timer_at_the_close_and_lend_none_after()
      throws ExecutionException, InterruptedException, TimeoutException {
    ScheduledExecutorService own = system.timer("library");
    var began = new CountDownLatch(1);
    var interrupted = new CompletableFuture<Boolean>();
    own.execute(
        () -> {
          began.countDown();
          try {
            interrupted.complete(!hold.await(20, TimeUnit.SECONDS));
          } catch (InterruptedException _) {
            interrupted.complete(true);
          }
        });
    assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
    system.close();
    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(own.isShutdown()).isTrue();
    assertThatThrownBy(() -> system.timer("late"))
        .isInstanceOf(AdmissionRejectedException.class)
        .hasMessageContaining("system tasks");
  }

  @Test
  void name_platform_threads_for_libraries() {
    Thread first = system.platformThreads("netty").newThread(() -> {});
    assertThat(first.getName()).isEqualTo("netty-1");
    assertThat(first.isDaemon()).isTrue();
    assertThat(first.isVirtual()).isFalse();
  }

  @Test
  void run_callbacks_as_tasks() throws ExecutionException, InterruptedException, TimeoutException {
    var name = new CompletableFuture<String>();
    system.executor("callback").execute(() -> name.complete(Thread.currentThread().getName()));
    assertThat(name.get(20, TimeUnit.SECONDS)).startsWith("callback-");
  }

  @Test
  void end_at_the_close_and_refuse_what_comes_after() {
    TaskHandle<Boolean> probe = system.submit("probe", waitingForHold());
    ScheduleHandle handle = system.every("sizing", Duration.ofDays(1), () -> {});
    Fixture.until("its start", () -> probe.status() == TaskStatus.RUNNING);
    system.close();
    system.close();
    assertThat(probe.status()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(handle.next()).isEmpty();
    assertThat(system.timer().isShutdown()).isTrue();
    assertThatThrownBy(() -> system.submit("late", () -> 1))
        .isInstanceOf(AdmissionRejectedException.class)
        .hasMessageContaining("system tasks");
  }
}
