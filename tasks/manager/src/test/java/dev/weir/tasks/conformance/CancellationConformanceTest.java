package dev.weir.tasks.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class CancellationConformanceTest extends Conformance {

  CancellationConformanceTest(Kind kind) {
    super(kind);
  }

  @Test
  void with_interruption_reaches_a_task_that_runs() throws Exception {
    Blocker blocker = blocker();
    Future<String> future = executor.submit(blocker);
    arrive(blocker.begun);
    assertThat(future.cancel(true)).isTrue();
    arrive(blocker.interrupted);
    assertThatThrownBy(() -> get(future)).isInstanceOf(CancellationException.class);
  }

  @Test
  void without_interruption_lets_it_run_on_unseen() throws Exception {
    var begun = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();
    Future<?> future =
        executor.submit(
            () -> {
              begun.countDown();
              try {
                hold.await();
              } catch (InterruptedException _) {
                interrupted.set(true);
              }
              over.countDown();
            });
    arrive(begun);
    assertThat(future.cancel(false)).isTrue();
    assertThat(future.isDone()).isTrue();
    hold.countDown();
    arrive(over);
    assertThat(interrupted).isFalse();
  }

  @Test
  void shows_in_all_that_a_future_says() throws Exception {
    Future<String> future = executor.submit(blocker());
    future.cancel(true);
    assertThat(future.isCancelled()).isTrue();
    assertThat(future.isDone()).isTrue();
    assertThat(future.state()).isEqualTo(Future.State.CANCELLED);
    assertThatThrownBy(future::resultNow).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(future::exceptionNow).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void changes_nothing_once_the_task_is_done() throws Exception {
    Future<String> future = executor.submit(() -> "value");
    get(future);
    assertThat(future.cancel(true)).isFalse();
    assertThat(future.isCancelled()).isFalse();
    assertThat(future.resultNow()).isEqualTo("value");
  }

  @Test
  void releases_who_waits() throws Exception {
    Blocker blocker = blocker();
    Future<String> future = executor.submit(blocker);
    arrive(blocker.begun);
    var waiting = new CountDownLatch(1);
    var met = new AtomicReference<@Nullable Throwable>();
    Thread waiter =
        Thread.ofVirtual()
            .start(
                () -> {
                  waiting.countDown();
                  try {
                    future.get();
                  } catch (Throwable any) {
                    met.set(any);
                  }
                });
    arrive(waiting);
    future.cancel(true);
    waiter.join();
    assertThat(met.get()).isInstanceOf(CancellationException.class);
  }

  @Test
  void may_come_from_the_task_itself() throws Exception {
    var self = new AtomicReference<@Nullable Future<?>>();
    var known = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    Future<?> future =
        executor.submit(
            () -> {
              arrive(known);
              Future<?> mine = self.get();
              if (mine != null) {
                mine.cancel(true);
              }
              over.countDown();
              return "unheard";
            });
    self.set(future);
    known.countDown();
    arrive(over);
    assertThat(future.isCancelled()).isTrue();
  }

  @Test
  void does_not_hinder_the_next_task_or_reach_it() throws Exception {
    for (int i = 0; i < 20; i++) {
      Blocker blocker = blocker();
      Future<String> future = executor.submit(blocker);
      arrive(blocker.begun);
      future.cancel(true);
      assertThat(get(executor.submit(() -> Thread.currentThread().isInterrupted()))).isFalse();
    }
  }
}
