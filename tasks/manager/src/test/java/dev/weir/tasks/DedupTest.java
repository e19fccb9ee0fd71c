package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DedupTest {

  private final Fixture fixture = Fixture.open(Map.of("none", new BulkheadSettings(1, 0)));
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    fixture.close();
  }

  @Test
  void a_hundred_thousand_submissions_of_a_thousand_keys_are_a_thousand_runs()
      throws InterruptedException {
    var runs = new AtomicInteger();
    Set<Long> ids = ConcurrentHashMap.newKeySet();
    var submitters = new ArrayList<Thread>();
    for (int i = 0; i < 100; i++) {
      submitters.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int key = 0; key < 1_000; key++) {
                      ids.add(submitHeld("doc-" + key, runs));
                    }
                  }));
    }
    for (Thread submitter : submitters) {
      submitter.join();
    }
    hold.countDown();
    Fixture.until("the end of all", () -> tasks.tasks().isEmpty());
    assertThat(runs).hasValue(1_000);
    assertThat(ids).hasSize(1_000);
    assertThat(tasks.snapshot().submitted()).isEqualTo(1_000);
  }

  private long submitHeld(String key, AtomicInteger runs) {
    return tasks
        .run(
            Task.named("embed").dedupKey(key),
            () -> {
              runs.incrementAndGet();
              hold.await();
            })
        .id();
  }

  @Test
  void keys_of_different_names_are_different() {
    var one = tasks.run(Task.named("a").dedupKey("k"), hold::await);
    var other = tasks.run(Task.named("b").dedupKey("k"), hold::await);
    var plain = tasks.run(Task.named("a"), hold::await);
    assertThat(Set.of(one.id(), other.id(), plain.id())).hasSize(3);
  }

  @Test
  void a_key_is_free_again_when_its_task_is_done() {
    Task task = Task.named("a").dedupKey("k");
    for (int i = 0; i < 200; i++) {
      int round = i;
      assertThat(tasks.submit(task, () -> round).await()).isEqualTo(i);
    }
  }

  @Test
  void a_key_is_free_again_when_its_task_is_cancelled_or_fails() {
    Task task = Task.named("a").dedupKey("k");
    var first = tasks.run(task, hold::await);
    first.cancel();
    var second =
        tasks.run(
            task,
            () -> {
              throw new IllegalStateException("fails");
            });
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThatThrownBy(second::await).isInstanceOf(TaskFailedException.class);
    assertThat(tasks.submit(task, () -> 3).await()).isEqualTo(3);
  }

  @Test
  void a_refused_task_leaves_its_key_free() {
    var occupant = tasks.run(Task.named("o").bulkhead("none"), hold::await);
    Task task = Task.named("a").dedupKey("k").bulkhead("none");
    assertThatThrownBy(() -> tasks.run(task, () -> {}))
        .isInstanceOf(AdmissionRejectedException.class);
    hold.countDown();
    occupant.await();
    assertThat(tasks.submit(task, () -> 1).await()).isEqualTo(1);
  }
}
