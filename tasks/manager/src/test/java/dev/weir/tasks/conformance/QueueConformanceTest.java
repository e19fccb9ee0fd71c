package dev.weir.tasks.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Executors that run one command at a time and let a hundred wait. */
@ParameterizedClass
@EnumSource(names = {"POOL_OF_ONE", "WEIR_ONE"})
class QueueConformanceTest extends Conformance {

  QueueConformanceTest(Kind kind) {
    super(kind);
  }

  @Test
  void runs_in_the_order_of_submission() throws Exception {
    occupy();
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 50; i++) {
      int value = i;
      executor.execute(() -> order.add(value));
    }
    hold.countDown();
    executor.shutdown();
    ends();
    assertThat(order).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
  }

  @Test
  void runs_one_at_a_time() throws Exception {
    var inside = new AtomicBoolean();
    var met = new AtomicBoolean();
    for (int i = 0; i < 50; i++) {
      executor.execute(
          () -> {
            if (!inside.compareAndSet(false, true)) {
              met.set(true);
            }
            Thread.onSpinWait();
            inside.set(false);
          });
    }
    executor.shutdown();
    ends();
    assertThat(met).isFalse();
  }

  @Test
  void refuses_what_the_queue_cannot_hold_and_goes_on() throws Exception {
    occupy();
    for (int i = 0; i < Kind.QUEUE; i++) {
      executor.execute(() -> {});
    }
    assertThatThrownBy(() -> executor.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> executor.submit(() -> 1))
        .isInstanceOf(RejectedExecutionException.class);
    hold.countDown();
    executor.shutdown();
    ends();
  }

  @Test
  void a_future_in_the_queue_is_not_done() throws Exception {
    occupy();
    Future<Integer> queued = executor.submit(() -> 1);
    assertThat(queued.isDone()).isFalse();
    assertThat(queued.state()).isEqualTo(Future.State.RUNNING);
    assertThatThrownBy(queued::resultNow).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void one_cancelled_in_the_queue_never_runs() throws Exception {
    occupy();
    var ran = new AtomicBoolean();
    Future<?> queued = executor.submit(() -> ran.set(true));
    assertThat(queued.cancel(true)).isTrue();
    assertThatThrownBy(() -> get(queued)).isInstanceOf(CancellationException.class);
    hold.countDown();
    executor.shutdown();
    ends();
    assertThat(ran).isFalse();
  }

  @Test
  void shutdown_now_hands_back_what_has_not_begun() throws Exception {
    occupy();
    Runnable plain = () -> {};
    executor.execute(plain);
    Future<Integer> future = executor.submit(() -> 7);
    List<Runnable> never = executor.shutdownNow();
    assertThat(never).containsExactlyInAnyOrder(plain, (Runnable) future);
    ends();
    assertThat(future.isDone()).isFalse();
  }

  @Test
  void what_was_handed_back_can_still_be_run_by_hand() throws Exception {
    occupy();
    Future<Integer> future = executor.submit(() -> 7);
    executor.shutdownNow().forEach(Runnable::run);
    assertThat(get(future)).isEqualTo(7);
  }

  @Test
  void shutdown_runs_what_waits() throws Exception {
    occupy();
    Future<Integer> queued = executor.submit(() -> 7);
    executor.shutdown();
    assertThat(queued.isDone()).isFalse();
    hold.countDown();
    assertThat(get(queued)).isEqualTo(7);
    ends();
  }
}
