package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.GateSnapshot;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class CpuBulkheadTest {

  private static final int ALL_BUT_ONE =
      Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  private static final Task COMPUTES = Task.named("render").cpuBound();
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Fixture fixture = Fixture.open(ContextCarrier.mdc());
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  @Test
  void runs_a_task_on_a_platform_thread_of_its_name() {
    TaskHandle<String> handle =
        fixture.tasks.submit(
            COMPUTES,
            () -> {
              Thread self = Thread.currentThread();
              return self.getName() + " " + self.isVirtual() + " " + self.isDaemon();
            });
    assertThat(handle.await(LONG)).isEqualTo("render-" + handle.id() + " false true");
    assertThat(COMPUTES.bulkhead()).contains(Task.CPU);
  }

  @Test
  void leaves_one_processor_free_whatever_its_settings_say() {
    fixture.tasks.run(COMPUTES, () -> {}).await(LONG);
    assertThat(fixture.tasks.snapshot().bulkheads())
        .extracting(GateSnapshot::limit)
        .containsExactly(Math.min(ALL_BUT_ONE, Fixture.ROOMY.limit()));
    var generous = Map.of(Task.CPU, new BulkheadSettings(1_000, 1));
    try (var other = Fixture.open(generous)) {
      other.tasks.run(COMPUTES, () -> {}).await(LONG);
      assertThat(other.tasks.snapshot().bulkheads().getFirst().limit()).isEqualTo(ALL_BUT_ONE);
    }
  }

  @Test
  void uses_its_threads_again_and_leaves_nothing_of_one_task_to_the_next() {
    MDC.put("order", "17");
    Set<Thread> threads = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      threads.add(
          fixture
              .tasks
              .submit(
                  COMPUTES,
                  () -> {
                    assertThat(MDC.get("order")).isEqualTo("17");
                    Thread.currentThread().interrupt();
                    return Thread.currentThread();
                  })
              .await(LONG));
    }
    MDC.clear();
    assertThat(fixture.tasks.submit(COMPUTES, () -> MDC.get("order") == null).await(LONG)).isTrue();
    assertThat(fixture.tasks.submit(COMPUTES, () -> Thread.interrupted()).await(LONG)).isFalse();
    assertThat(threads).hasSizeLessThan(100);
  }

  @Test
  void can_be_cancelled_and_helps_its_own_children() {
    TaskHandle<Void> handle = fixture.tasks.run(COMPUTES, hold::await);
    Fixture.until("its start", () -> handle.status() == TaskStatus.RUNNING);
    assertThat(handle.cancel()).isEqualTo(Cancellation.INTERRUPTED);
    assertThatThrownBy(handle::await).isInstanceOf(TaskCancelledException.class);
    TaskHandle<Integer> parent =
        fixture.tasks.submit(COMPUTES, () -> fixture.tasks.submit(COMPUTES, () -> 7).await());
    assertThat(parent.await(LONG)).isEqualTo(7);
  }

  @Test
  void keeps_no_thread_once_the_manager_is_closed() {
    Thread thread = fixture.tasks.submit(COMPUTES, Thread::currentThread).await(LONG);
    fixture.close();
    Fixture.until("its thread's end", () -> !thread.isAlive());
  }
}
