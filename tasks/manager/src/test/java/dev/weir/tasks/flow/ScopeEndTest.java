package dev.weir.tasks.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskCancelledException;
import dev.weir.tasks.TaskFailedException;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScopeEndTest extends ScopeCase {

  @Nested
  class Children_end_before_their_parent {

    private final AtomicBoolean ended = new AtomicBoolean();

    private String tidy() throws InterruptedException {
      begun.countDown();
      try {
        hold.await();
      } finally {
        ended.set(true);
      }
      return "never";
    }

    @Test
    void if_the_parent_throws_whose_exception_passes_through() {
      var own = new IOException("own");
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "page",
                      scope -> {
                        scope.fork("child", this::tidy);
                        begun.await();
                        throw own;
                      }))
          .isSameAs(own)
          .hasNoSuppressedExceptions();
      assertThat(ended).isTrue();
    }

    @Test
    void if_the_parent_throws_after_a_child_has_failed() {
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "page",
                      scope -> {
                        var child = scope.fork("child", () -> failing("broken"));
                        House.until("its failure", () -> child.status().isDone());
                        throw new IllegalStateException("own");
                      }))
          .hasMessage("own")
          .satisfies(
              thrown -> assertThat(thrown.getSuppressed()[0]).hasMessageContaining("'child'"));
    }

    @Test
    void if_the_parent_is_cancelled() {
      TaskHandle<Void> parent =
          tasks.run("parent", () -> scopes.use("page", scope -> scope.fork("child", this::tidy)));
      House.until("the child", () -> begun.getCount() == 0);
      parent.cancel();
      House.until("the end of all", () -> tasks.tasks().isEmpty());
      assertThat(ended).isTrue();
      assertThatThrownBy(parent::await)
          .isInstanceOf(TaskCancelledException.class)
          .satisfies(
              thrown ->
                  assertThat(thrown.getSuppressed()[0])
                      .isInstanceOf(ScopeInterruptedException.class));
    }

    @Test
    void if_the_parent_is_cancelled_while_it_awaits_a_child() {
      TaskHandle<String> parent =
          tasks.submit(
              "parent",
              () -> scopes.with("page", scope -> scope.fork("child", this::tidy).await()));
      House.until("the child", () -> begun.getCount() == 0);
      parent.cancel();
      House.until("the end of all", () -> tasks.tasks().isEmpty());
      assertThat(ended).isTrue();
    }

    @Test
    void if_the_deadline_passes() {
      Deadline deadline = Deadline.in(Duration.ofMillis(100), time::nanos);
      TaskHandle<Void> parent =
          tasks.run(
              "parent",
              () ->
                  deadline.run(() -> scopes.use("page", scope -> scope.fork("child", this::tidy))));
      House.until("the child", () -> begun.getCount() == 0);
      time.advance(Duration.ofMillis(100));
      assertThatThrownBy(parent::await)
          .isInstanceOf(TaskFailedException.class)
          .cause()
          .isInstanceOf(TaskCancelledException.class)
          .hasMessageContaining("'child'")
          .hasCauseInstanceOf(TaskTimeoutException.class);
      assertThat(ended).isTrue();
    }

    @Test
    void if_the_parents_own_deadline_passes() {
      TaskHandle<Void> parent =
          tasks.run(
              Task.named("parent").deadline(Duration.ofMillis(100)),
              () -> scopes.use("page", scope -> scope.fork("child", this::tidy)));
      House.until("the child", () -> begun.getCount() == 0);
      time.advance(Duration.ofMillis(100));
      assertThatThrownBy(parent::await).hasRootCauseInstanceOf(TaskTimeoutException.class);
      House.until("the end of all", () -> tasks.tasks().isEmpty());
      assertThat(ended).isTrue();
    }

    @Test
    void if_the_manager_refuses_one() {
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "page",
                      scope -> {
                        scope.fork(Task.named("child").bulkhead("none"), this::tidy);
                        begun.await();
                        scope.fork(Task.named("child").bulkhead("none"), this::tidy);
                      }))
          .isInstanceOf(AdmissionRejectedException.class);
      assertThat(ended).isTrue();
    }

    @Test
    void through_scopes_in_scopes() {
      var innerEnded = new AtomicBoolean();
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "outer",
                      outer -> {
                        outer.run(
                            "branch",
                            () -> {
                              scopes.use("inner", inner -> inner.fork("leaf", this::tidy));
                              innerEnded.set(true);
                            });
                        begun.await();
                        outer.fork("bad", () -> failing("broken"));
                      }))
          .hasMessageContaining("'bad'");
      assertThat(ended).isTrue();
      assertThat(innerEnded).isFalse();
    }

    @Test
    void a_hundred_deep() {
      assertThat(sumTo(100)).isEqualTo(5_050);
    }

    private int sumTo(int depth) {
      return depth == 0
          ? 0
          : scopes.with(
              "level", scope -> scope.fork("below", () -> sumTo(depth - 1)).await() + depth);
    }

    @Test
    void but_a_task_that_is_only_submitted_goes_on() {
      var independent = new AtomicReference<@Nullable TaskHandle<String>>();
      scopes.use(
          "page",
          scope ->
              scope.run(
                  "child",
                  () -> independent.set(tasks.submit("independent", ScopeEndTest.this::held))));
      assertThat(Objects.requireNonNull(independent.get()).status().isDone()).isFalse();
    }
  }

  @Nested
  class A_deaf_child {

    private final TaskScopes impatient = scopes.patience(Duration.ofMillis(20));

    @Test
    void is_named_with_its_stack_after_the_patience() {
      assertThatExceptionOfType(StillRunningException.class)
          .isThrownBy(
              () ->
                  impatient.<String, RuntimeException>firstSuccess(
                      "mirrors",
                      scope -> {
                        scope.fork("deaf", ScopeEndTest.this::deaf);
                        House.until("its start", () -> begun.getCount() == 0);
                        scope.fork("quick", () -> "quick");
                      }))
          .withMessageContaining("Scope 'mirrors'")
          .withMessageContaining("deaf (")
          .satisfies(
              thrown -> {
                assertThat(thrown.tasks()).hasSize(1);
                assertThat(thrown.tasks().getFirst().stack())
                    .anyMatch(frame -> frame.getMethodName().equals("deafUntil"));
              });
    }

    @Test
    void is_named_in_the_failure_that_cancelled_it() {
      assertThatThrownBy(
              () ->
                  impatient.use(
                      "page",
                      scope -> {
                        scope.fork("deaf", ScopeEndTest.this::deaf);
                        begun.await();
                        scope.fork("bad", () -> failing("broken"));
                      }))
          .isInstanceOf(TaskFailedException.class)
          .satisfies(
              thrown ->
                  assertThat(thrown.getSuppressed())
                      .singleElement()
                      .isInstanceOf(StillRunningException.class));
    }

    @Test
    void is_named_in_the_lambdas_own_exception() {
      assertThatThrownBy(
              () ->
                  impatient.use(
                      "page",
                      scope -> {
                        scope.fork("deaf", ScopeEndTest.this::deaf);
                        begun.await();
                        throw new IOException("own");
                      }))
          .hasMessage("own")
          .satisfies(
              thrown ->
                  assertThat(thrown.getSuppressed())
                      .singleElement()
                      .isInstanceOf(StillRunningException.class));
    }

    @Test
    void that_its_deadline_cancelled_is_not_waited_for_either() {
      Task brief = Task.named("deaf").deadline(Duration.ofMillis(50));
      TaskHandle<List<TaskOutcome<String>>> parent =
          tasks.submit(
              "parent",
              () ->
                  impatient.<String, RuntimeException>collect(
                      "page", scope -> scope.fork(brief, ScopeEndTest.this::deaf)));
      House.until("its start", () -> begun.getCount() == 0);
      time.advance(Duration.ofMillis(50));
      assertThatThrownBy(parent::await).hasCauseInstanceOf(StillRunningException.class);
    }
  }

  @Nested
  class Bad_input {

    @Test
    void a_fork_from_another_thread_is_refused() {
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "page", scope -> scope.run("child", () -> scope.run("grandchild", () -> {}))))
          .isInstanceOf(TaskFailedException.class)
          .cause()
          .isInstanceOf(WrongThreadException.class)
          .hasMessageContaining("Scope 'page' belongs to thread");
    }

    @Test
    void a_scope_that_was_smuggled_out_is_refused() {
      var out = new AtomicReference<@Nullable TaskScope<@Nullable Object>>();
      scopes.use("page", out::set);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> Objects.requireNonNull(out.get()).run("late", () -> {}))
          .withMessageContaining("'page' has ended");
    }

    @Test
    void a_child_with_a_dedup_key_is_refused() {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(
              () ->
                  scopes.use(
                      "page", scope -> scope.run(Task.named("child").dedupKey("k"), () -> {})))
          .withMessageContaining("dedup key 'k'");
    }

    @Test
    void a_blank_name_nothing_and_a_negative_patience_are_refused() {
      assertThatThrownBy(() -> scopes.use(" ", _ -> {}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scopes.patience(Duration.ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("PT-0.001S");
      assertThatThrownBy(() -> scopes.use("page", scope -> scope.run("x", nothing())))
          .isInstanceOf(NullPointerException.class);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a careless caller does
    private static <T> T nothing() {
      return null;
    }
  }
}
