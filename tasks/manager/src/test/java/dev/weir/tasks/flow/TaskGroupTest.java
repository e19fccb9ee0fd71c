package dev.weir.tasks.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskInfo;
import dev.weir.tasks.TaskRun;
import dev.weir.tasks.TaskStatus;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskGroupTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final SettableTime time = SettableTime.create();
  private final House house = House.open(time);
  private final BackgroundTaskManager tasks = house.tasks;
  private final TaskGroup session = TaskGroup.open(tasks, "session-7");
  private final CountDownLatch hold = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    house.close();
  }

  @Test
  void counts_what_its_tasks_do() {
    session.run("good", () -> {});
    session.run("good", () -> {});
    session.run(
        "bad",
        () -> {
          throw new IOException("broken");
        });
    assertThat(session.await(LONG)).isTrue();
    session.run(Task.named("runs").bulkhead("one"), this::held);
    House.until("its start", () -> begun.getCount() == 0);
    session.run(Task.named("queued").bulkhead("one"), () -> {});
    session.run(Task.named("gone").bulkhead("one"), () -> {}).cancel();
    GroupSnapshot now = session.snapshot();
    assertThat(now.name()).isEqualTo("session-7");
    assertThat(now.submitted()).isEqualTo(6);
    assertThat(now.succeeded()).isEqualTo(2);
    assertThat(now.failed()).isEqualTo(1);
    assertThat(now.cancelled()).isEqualTo(1);
    assertThat(now.running()).isEqualTo(1);
    assertThat(now.queued()).isEqualTo(1);
    assertThat(now.done()).isEqualTo(4);
    assertThat(now.active()).isEqualTo(2);
    assertThat(session.tasks()).extracting(TaskInfo::name).containsOnly("runs", "queued");
  }

  @Test
  void tells_the_shortest_the_mean_and_the_longest_run() {
    for (int seconds : List.of(1, 2, 6)) {
      session.run("timed", () -> time.advance(Duration.ofSeconds(seconds)));
      assertThat(session.await(LONG)).isTrue();
    }
    assertThat(session.snapshot().runTime())
        .isEqualTo(
            new GroupSnapshot.RunTime(
                3, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(6)));
  }

  @Test
  void shows_how_far_the_whole_has_come() {
    assertThat(session.snapshot().fraction()).isZero();
    session.run("good", () -> {});
    assertThat(session.await(LONG)).isTrue();
    session.run(
        "half",
        () -> {
          TaskRun.current().progress(0.5, "half of it");
          held();
        });
    House.until("half of it", () -> begun.getCount() == 0);
    assertThat(session.snapshot().fraction()).isCloseTo(0.75, within(1e-9));
    session.expect(10);
    assertThat(session.snapshot().fraction()).isCloseTo(0.15, within(1e-9));
    hold.countDown();
    assertThat(session.await(LONG)).isTrue();
    session.expect(2);
    assertThat(session.snapshot().fraction()).isEqualTo(1);
  }

  @Test
  void cancels_all_its_tasks_and_returns_when_they_have_ended() {
    var ended = new AtomicInteger();
    var handles = new ArrayList<TaskHandle<Void>>();
    TaskHandle<Void> other = tasks.run("other", this::held);
    for (int i = 0; i < 100; i++) {
      handles.add(
          session.run(
              "running",
              () -> {
                try {
                  held();
                } finally {
                  ended.incrementAndGet();
                }
              }));
      handles.add(session.run(Task.named("queued").bulkhead("one"), this::held));
    }
    House.until("all have begun", () -> session.snapshot().running() == 101);
    assertThat(session.cancel()).isEmpty();
    assertThat(ended).hasValue(100);
    assertThat(handles).extracting(TaskHandle::status).containsOnly(TaskStatus.CANCELLED);
    assertThat(session.snapshot().active()).isZero();
    assertThat(session.snapshot().cancelled()).isEqualTo(200);
    assertThat(other.status()).isEqualTo(TaskStatus.RUNNING);
  }

  @Test
  void names_those_that_do_not_end_within_the_patience() {
    session.run(
        "deaf",
        () -> {
          begun.countDown();
          House.deafUntil(hold);
        });
    House.until("its start", () -> begun.getCount() == 0);
    List<TaskInfo> left = session.cancel(Duration.ofMillis(20));
    assertThat(left).extracting(TaskInfo::name).containsExactly("deaf");
    assertThat(left.getFirst().stack())
        .anyMatch(frame -> frame.getMethodName().equals("deafUntil"));
    assertThat(session.await(Duration.ZERO)).isFalse();
    hold.countDown();
    assertThat(session.await(LONG)).isTrue();
  }

  @Test
  void stays_open_after_a_cancel_and_takes_nothing_after_a_close() {
    session.cancel();
    session.submit("after", () -> 1).await();
    TaskHandle<Void> last = session.run("last", this::held);
    session.close();
    assertThat(last.status()).isEqualTo(TaskStatus.CANCELLED);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> session.run("late", () -> {}))
        .withMessageContaining("'session-7' is closed");
    session.close();
  }

  @Test
  void can_be_cancelled_by_one_of_its_own_tasks() {
    TaskHandle<Void> sibling = session.run("sibling", this::held);
    House.until("its start", () -> begun.getCount() == 0);
    TaskHandle<Integer> own = session.submit("own", () -> session.cancel().size());
    assertThat(own.await()).isZero();
    assertThat(sibling.status()).isEqualTo(TaskStatus.CANCELLED);
  }

  @Test
  void ends_its_wait_at_an_interrupt() {
    session.run("held", this::held);
    Thread.currentThread().interrupt();
    assertThat(session.await(LONG)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void does_not_count_what_the_manager_refused() {
    session.run(Task.named("o").bulkhead("none"), this::held);
    assertThatThrownBy(() -> session.run(Task.named("o").bulkhead("none"), () -> {}))
        .isInstanceOf(AdmissionRejectedException.class);
    assertThat(session.snapshot().submitted()).isEqualTo(1);
  }

  @Test
  void refuses_what_cannot_be() {
    assertThatThrownBy(() -> TaskGroup.open(tasks, " "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> session.expect(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("session-7");
    assertThatThrownBy(() -> session.run(Task.named("a").dedupKey("k"), () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dedup key 'k'");
    assertThat(session.snapshot().submitted()).isZero();
  }

  private void held() throws InterruptedException {
    begun.countDown();
    hold.await();
  }
}
