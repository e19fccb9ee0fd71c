package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tasks.schedule.Schedule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundTaskManagerTest {

  @Test
  void runs_each_task_on_a_virtual_thread_of_its_name() {
    try (var fixture = Fixture.open()) {
      TaskHandle<Thread> handle = fixture.tasks.submit("embed", Thread::currentThread);
      Thread thread = handle.await();
      assertThat(thread.isVirtual()).isTrue();
      assertThat(thread.getName()).isEqualTo("embed-" + handle.id());
    }
  }

  @Test
  void lists_what_runs_and_what_waits_with_age_bulkhead_and_stack() {
    var hold = new CountDownLatch(1);
    try (var fixture = Fixture.open(Map.of("imports", new BulkheadSettings(1, 1)))) {
      Task task = Task.named("import").bulkhead("imports");
      TaskHandle<Void> first = fixture.tasks.run(task, hold::await);
      TaskHandle<Void> second = fixture.tasks.run(task, () -> {});
      Fixture.until("the first to wait", () -> stackOf(fixture, first.id()).contains("await"));
      assertThat(fixture.tasks.tasks())
          .hasSize(2)
          .allSatisfy(
              it -> {
                assertThat(it.name()).isEqualTo("import");
                assertThat(it.bulkhead()).contains("imports");
                assertThat(it.age()).isPositive();
              });
      assertThat(info(fixture, first.id()).status()).isEqualTo(TaskStatus.RUNNING);
      assertThat(info(fixture, second.id()).status()).isEqualTo(TaskStatus.QUEUED);
      assertThat(info(fixture, second.id()).stack()).isEmpty();
      hold.countDown();
    }
  }

  private static TaskInfo info(Fixture fixture, long id) {
    return fixture.tasks.tasks().stream().filter(it -> it.id() == id).findFirst().orElseThrow();
  }

  private static List<String> stackOf(Fixture fixture, long id) {
    return info(fixture, id).stack().stream().map(StackTraceElement::getMethodName).toList();
  }

  @Test
  void keeps_its_figures_in_balance_while_work_goes_on() {
    try (var fixture = Fixture.open()) {
      Task bounded = Task.named("b").bulkhead("some");
      var handles = new ArrayList<TaskHandle<Void>>();
      for (int i = 0; i < 2_000; i++) {
        handles.add(fixture.tasks.run(i % 50 == 0 ? bounded : Task.named("u"), () -> {}));
        TasksSnapshot seen = fixture.tasks.snapshot();
        assertThat(seen.running()).isNotNegative();
        assertThat(seen.queued()).isNotNegative();
        assertThat(seen.submitted()).isEqualTo(i + 1L);
        assertThat(seen.queued() + seen.running() + seen.succeeded()).isEqualTo(i + 1L);
      }
      handles.forEach(TaskHandle::await);
      assertThat(fixture.tasks.snapshot().succeeded()).isEqualTo(2_000);
    }
  }

  @Test
  void holds_no_more_once_ten_thousand_parked_tasks_have_ended() {
    var hold = new CountDownLatch(1);
    try (var fixture = Fixture.open()) {
      List<TaskHandle<Void>> handles =
          IntStream.range(0, 10_000)
              .mapToObj(_ -> fixture.tasks.run("parked", hold::await))
              .toList();
      Fixture.until("all to run", () -> fixture.tasks.snapshot().running() == 10_000);
      assertThat(fixture.tasks.tasks()).hasSize(10_000);
      hold.countDown();
      handles.forEach(TaskHandle::await);
      assertThat(fixture.tasks.tasks()).isEmpty();
    }
  }

  @Test
  void leaves_no_thread_behind(@TempDir Path folder) throws IOException {
    var fixture = Fixture.open(ContextCarrier.mdc());
    var never = new CountDownLatch(1);
    fixture.tasks.run("census-user", never::await);
    fixture.tasks.run(Task.named("census-late").deadline(Duration.ofDays(1)), never::await);
    fixture.tasks.schedule("census-tick", Schedule.every(Duration.ofNanos(1_000)), never::await);
    fixture.tasks.executor("census-view").execute(() -> Fixture.until("never", () -> false));
    fixture.system.submit("census-system", () -> null == fixture.system.timer());
    Fixture.until("threads", () -> names(folder, "before").size() >= 4);
    fixture.close();
    Fixture.until("their end", () -> names(folder, "after").isEmpty());
  }

  /** Ours of all threads of the JVM, virtual ones included: only the dump knows those. */
  private static List<String> names(Path folder, String when) {
    try {
      Path dump = folder.resolve(when + System.nanoTime());
      ManagementFactory.getPlatformMXBean(com.sun.management.HotSpotDiagnosticMXBean.class)
          .dumpThreads(
              dump.toString(),
              com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
      return Files.readAllLines(dump).stream()
          .filter(it -> it.startsWith("#"))
          .filter(it -> it.contains("\"census-") || it.contains("\"weir-"))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
