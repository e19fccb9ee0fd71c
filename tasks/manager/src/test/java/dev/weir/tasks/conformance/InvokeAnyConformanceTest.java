package dev.weir.tasks.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class InvokeAnyConformanceTest extends Conformance {

  private static final Callable<String> FAILING =
      () -> {
        throw new IOException("disk full");
      };

  InvokeAnyConformanceTest(Kind kind) {
    super(kind);
  }

  @SuppressWarnings("NullAway") // what a caller without the checker may do
  private List<Callable<String>> withNull() {
    var tasks = new ArrayList<Callable<String>>();
    tasks.add(blocker());
    tasks.add(null);
    return tasks;
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without the checker may do
  void refuses_null_in_each_place() {
    assertThatThrownBy(() -> executor.invokeAny(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.invokeAny(withNull()))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.invokeAny(null, 1, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.invokeAny(withNull(), 1, TimeUnit.SECONDS))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> executor.invokeAny(List.of(value("a")), 1, null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void of_nothing_is_refused() {
    assertThatThrownBy(() -> executor.invokeAny(List.<Callable<String>>of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> executor.invokeAny(List.<Callable<String>>of(), 1, TimeUnit.SECONDS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gives_what_succeeds() throws Exception {
    assertThat(executor.invokeAny(List.of(value("a")))).isEqualTo("a");
    assertThat(executor.invokeAny(List.of(value("a"), value("b")))).isIn("a", "b");
    assertThat(executor.invokeAny(List.of(FAILING, value("b"), FAILING))).isEqualTo("b");
    assertThat(executor.invokeAny(List.of(FAILING, value("b")), PATIENCE, TimeUnit.SECONDS))
        .isEqualTo("b");
  }

  @Test
  void fails_if_all_do_with_one_of_their_failures() {
    assertThatThrownBy(() -> executor.invokeAny(List.of(FAILING, FAILING)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> executor.invokeAny(List.of(FAILING, FAILING), PATIENCE, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void cancels_the_others() throws Exception {
    assertThat(executor.invokeAny(List.<Callable<String>>of(value("a"), blocker(), blocker())))
        .isEqualTo("a");
    executor.shutdown();
    ends();
  }

  @Test
  void gives_up_in_time_and_cancels_all() throws Exception {
    Blocker blocker = blocker();
    assertThatThrownBy(
            () ->
                executor.invokeAny(List.<Callable<String>>of(blocker), 200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    executor.shutdown();
    ends();
    assertThatThrownBy(
            () -> executor.invokeAny(List.<Callable<String>>of(blocker), 0, TimeUnit.MILLISECONDS))
        .isInstanceOfAny(TimeoutException.class, RejectedExecutionException.class);
  }

  @Test
  void cancels_all_when_who_waits_is_interrupted() throws Exception {
    Blocker blocker = blocker();
    assertThat(
            thrownWhenInterrupted(
                () -> executor.invokeAny(List.<Callable<String>>of(blocker)), blocker.begun))
        .isInstanceOf(InterruptedException.class);
    arrive(blocker.interrupted);
  }

  @Test
  void is_refused_after_shutdown() {
    executor.shutdown();
    assertThatThrownBy(() -> executor.invokeAny(List.of(value("a"))))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
