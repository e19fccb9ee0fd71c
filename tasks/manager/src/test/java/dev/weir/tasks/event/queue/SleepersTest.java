package dev.weir.tasks.event.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SleepersTest {

  private final Sleepers sleepers = new Sleepers();

  @Test
  void are_woken_one_by_one_and_all_at_once() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(Thread.ofVirtual().start(() -> sleepers.sleepUnless(() -> false)));
    }
    Await.until(
        Duration.ofSeconds(20),
        "three sleepers",
        () -> threads.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
    sleepers.wakeOne();
    Await.until(
        Duration.ofSeconds(20),
        "one awake",
        () -> threads.stream().filter(Thread::isAlive).count() == 2);
    assertThat(sleepers.any()).isTrue();
    sleepers.wakeAll();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(sleepers.any()).isFalse();
  }

  @Test
  void do_not_sleep_if_work_came_while_they_lay_down() {
    var looked = new AtomicBoolean();
    sleepers.sleepUnless(
        () -> {
          looked.set(sleepers.any());
          return true;
        });
    assertThat(looked).isTrue();
    assertThat(sleepers.any()).isFalse();
  }
}
