package dev.weir.tasks.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class InvokeAllConformanceTest extends Conformance {

  private static final Callable<String> FAILING =
      () -> {
        throw new IOException("disk full");
      };

  InvokeAllConformanceTest(Kind kind) {
    super(kind);
  }

  @SuppressWarnings("NullAway") // what a caller without the checker may do
  private static List<Callable<String>> withNull() {
    var tasks = new ArrayList<Callable<String>>();
    tasks.add(() -> "value");
    tasks.add(null);
    return tasks;
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without the checker may do
  void refuses_null_in_each_place() {
    assertThatThrownBy(() -> executor.invokeAll(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.invokeAll(withNull()))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.invokeAll(null, 1, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.invokeAll(withNull(), 1, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.invokeAll(List.of(value("a")), 1, null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void of_nothing_is_nothing() throws Exception {
    assertThat(executor.invokeAll(List.<Callable<String>>of())).isEmpty();
    assertThat(executor.invokeAll(List.<Callable<String>>of(), 1, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void gives_all_in_the_order_of_the_tasks_when_all_are_done() throws Exception {
    List<Future<String>> futures = executor.invokeAll(List.of(value("a"), value("b"), value("c")));
    assertThat(futures).allMatch(Future::isDone);
    assertThat(futures.stream().map(Future::resultNow)).containsExactly("a", "b", "c");
  }

  @Test
  void keeps_each_failure_with_its_task() throws Exception {
    List<Future<String>> futures = executor.invokeAll(List.of(value("a"), FAILING, value("c")));
    assertThat(futures.get(0).resultNow()).isEqualTo("a");
    assertThat(futures.get(1).exceptionNow()).isInstanceOf(IOException.class);
    assertThat(futures.get(2).resultNow()).isEqualTo("c");
  }

  @Test
  void in_time_is_as_without_a_time() throws Exception {
    List<Future<String>> futures =
        executor.invokeAll(List.of(value("a"), FAILING), PATIENCE, TimeUnit.SECONDS);
    assertThat(futures.get(0).resultNow()).isEqualTo("a");
    assertThat(futures.get(1).state()).isEqualTo(Future.State.FAILED);
  }

  @Test
  void cancels_what_is_not_done_in_time() throws Exception {
    Blocker blocker = blocker();
    List<Future<String>> futures =
        executor.invokeAll(
            List.<Callable<String>>of(value("a"), blocker, value("c")), 500, TimeUnit.MILLISECONDS);
    assertThat(futures).hasSize(3).allMatch(Future::isDone);
    assertThat(futures.get(1).isCancelled()).isTrue();
  }

  @Test
  void without_any_time_cancels_all_that_is_not_done() throws Exception {
    List<Future<String>> futures =
        executor.invokeAll(List.<Callable<String>>of(blocker(), blocker()), 0, TimeUnit.SECONDS);
    assertThat(futures).hasSize(2).allMatch(Future::isCancelled);
  }

  @Test
  void cancels_all_when_who_waits_is_interrupted() throws Exception {
    Blocker blocker = blocker();
    assertThat(
            thrownWhenInterrupted(
                () -> executor.invokeAll(List.<Callable<String>>of(blocker)), blocker.begun))
        .isInstanceOf(InterruptedException.class);
    arrive(blocker.interrupted);
  }

  @Test
  void is_refused_after_shutdown() {
    executor.shutdown();
    assertThatThrownBy(() -> executor.invokeAll(List.of(value("a"))))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
