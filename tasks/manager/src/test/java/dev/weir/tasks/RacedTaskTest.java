package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A task that begins and ends while two cancel it: whoever wins, one outcome shows. */
class RacedTaskTest {

  private static final int ROUNDS = Integer.getInteger("weir.races", 3_000);

  private final CyclicBarrier start = new CyclicBarrier(3);

  @Test
  void has_one_outcome_that_answers_figures_and_stages_agree_with() throws Exception {
    try (var fixture = Fixture.open();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < ROUNDS; round++) {
        race(fixture.tasks, threads);
      }
      Fixture.until(
          "the permit of one that was dropped on its way to a thread",
          () -> fixture.tasks.snapshot().bulkheads().stream().allMatch(it -> it.inUse() == 0));
      TasksSnapshot figures = fixture.tasks.snapshot();
      assertThat(figures.succeeded() + figures.cancelled()).isEqualTo(ROUNDS);
      assertThat(figures.running() + figures.queued() + figures.failed()).isZero();
    }
  }

  private void race(BackgroundTaskManager tasks, ExecutorService threads) throws Exception {
    var ran = new AtomicInteger();
    var handed = new CompletableFuture<TaskHandle<Integer>>();
    Callable<Cancellation> cancel =
        () -> {
          start.await();
          return handed.join().cancel();
        };
    List<Future<Cancellation>> cancels = List.of(threads.submit(cancel), threads.submit(cancel));
    start.await();
    handed.complete(tasks.submit(Task.named("raced").bulkhead("races"), ran::incrementAndGet));
    Cancellation one = cancels.getFirst().get();
    Cancellation other = cancels.getLast().get();
    Fixture.until("its end", () -> tasks.tasks().isEmpty());
    assertAgreed(handed.join(), List.of(one, other), ran.get());
  }

  private static void assertAgreed(
      TaskHandle<Integer> handle, List<Cancellation> answers, int ran) {
    List<Cancellation> won =
        answers.stream().filter(it -> it != Cancellation.ALREADY_DONE).toList();
    assertThat(won).hasSizeLessThanOrEqualTo(1);
    boolean cancelled = !won.isEmpty();
    assertThat(handle.status()).isEqualTo(cancelled ? TaskStatus.CANCELLED : TaskStatus.SUCCEEDED);
    if (won.contains(Cancellation.BEFORE_START)) {
      assertThat(ran).isZero();
    }
    var stage = handle.completion().toCompletableFuture();
    assertThat(stage.isCompletedExceptionally()).isEqualTo(cancelled);
    assertThat(stage).isDone();
  }
}
