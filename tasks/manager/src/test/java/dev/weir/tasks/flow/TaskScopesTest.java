package dev.weir.tasks.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.tasks.Priority;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskCancelledException;
import dev.weir.tasks.TaskFailedException;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskScopesTest extends ScopeCase {

  @Nested
  class All_succeed {

    @Test
    void gives_what_the_lambda_makes_of_its_children() {
      String both =
          scopes.with(
              "page",
              scope -> {
                TaskHandle<String> user = scope.fork("user", () -> "ann");
                TaskHandle<Integer> orders = scope.fork("orders", () -> 3);
                return user.await() + " " + orders.await();
              });
      assertThat(both).isEqualTo("ann 3");
    }

    @Test
    void waits_for_children_that_nobody_awaits() {
      var done = new AtomicInteger();
      scopes.use(
          "page",
          scope -> {
            for (int i = 0; i < 1_000; i++) {
              scope.run("part", done::incrementAndGet);
            }
          });
      assertThat(done).hasValue(1_000);
    }

    @Test
    void forks_tasks_as_they_say_they_are() {
      var together = new AtomicInteger();
      var most = new AtomicInteger();
      scopes.use(
          "page",
          scope -> {
            Task one = Task.named("part").bulkhead("one").priority(Priority.HIGH);
            for (int i = 0; i < 50; i++) {
              scope.run(
                  one,
                  () -> {
                    most.accumulateAndGet(together.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    together.decrementAndGet();
                  });
            }
          });
      assertThat(most).hasValue(1);
    }

    @Test
    void throws_the_first_failure_and_cancels_the_siblings() {
      var siblings = new ArrayList<TaskHandle<String>>();
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "page",
                      scope -> {
                        siblings.add(scope.fork("held", TaskScopesTest.this::held));
                        siblings.add(
                            scope.fork(
                                Task.named("queued").bulkhead("one"), TaskScopesTest.this::held));
                        siblings.add(
                            scope.fork(
                                Task.named("queued").bulkhead("one"), TaskScopesTest.this::held));
                        begun.await();
                        scope.fork("bad", () -> failing("broken"));
                      }))
          .isInstanceOf(TaskFailedException.class)
          .hasMessageContaining("'bad'")
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessage("broken");
      assertThat(siblings).extracting(TaskHandle::status).containsOnly(TaskStatus.CANCELLED);
      House.until("the end of all", () -> tasks.tasks().isEmpty());
    }

    @Test
    void says_the_first_failure_even_where_the_lambda_awaited_a_sibling() {
      assertThatThrownBy(
              () ->
                  scopes.with(
                      "page",
                      scope -> {
                        TaskHandle<String> slow = scope.fork("slow", TaskScopesTest.this::held);
                        scope.fork("bad", () -> failing("broken"));
                        return slow.await();
                      }))
          .isInstanceOf(TaskFailedException.class)
          .hasMessageContaining("'bad'");
    }

    @Test
    void keeps_the_other_failures_suppressed_in_the_first() {
      var first = new CountDownLatch(1);
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "page",
                      scope -> {
                        scope.fork(
                            "second",
                            () -> {
                              begun.countDown();
                              try {
                                hold.await();
                              } catch (InterruptedException _) {
                                return failing("while tidying up");
                              }
                              return "never";
                            });
                        scope.fork(
                            "quiet",
                            () -> {
                              first.await();
                              return "never";
                            });
                        begun.await();
                        scope.fork("first", () -> failing("broken"));
                      }))
          .hasMessageContaining("'first'")
          .satisfies(
              thrown -> {
                assertThat(thrown.getSuppressed()).hasSize(1);
                assertThat(thrown.getSuppressed()[0]).hasMessage("while tidying up");
              });
    }

    @Test
    void counts_a_cancelled_child_as_one_that_did_not_succeed() {
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "page",
                      scope -> {
                        scope.fork("held", TaskScopesTest.this::held);
                        scope
                            .fork(
                                "gone",
                                () -> {
                                  hold.await();
                                  return 1;
                                })
                            .cancel();
                      }))
          .isInstanceOf(TaskCancelledException.class)
          .hasMessageContaining("'gone'");
    }

    @Test
    void starts_nothing_more_once_a_child_has_failed() {
      var late = new AtomicBoolean();
      assertThatThrownBy(
              () ->
                  scopes.use(
                      "page",
                      scope -> {
                        TaskHandle<String> bad = scope.fork("bad", () -> failing("broken"));
                        House.until("the failure", () -> bad.status().isDone());
                        House.until(
                            "the refusal",
                            () -> {
                              try {
                                scope.run("late", () -> {});
                                return false;
                              } catch (ScopeDecidedException _) {
                                return true;
                              }
                            });
                        scope.run("later", () -> late.set(true));
                      }))
          .isInstanceOf(TaskFailedException.class)
          .hasMessageContaining("'bad'");
      assertThat(late).isFalse();
    }
  }

  @Nested
  class Collect {

    @Test
    void tells_how_each_ended_in_the_order_of_their_forks() {
      List<TaskOutcome<Integer>> outcomes =
          scopes.collect(
              "quotes",
              scope -> {
                scope.fork("a", () -> 1);
                scope.fork(
                    "b",
                    () -> {
                      throw new IOException("no b");
                    });
                scope.fork("c", () -> 3);
                scope
                    .fork(
                        "d",
                        () -> {
                          hold.await();
                          return 4;
                        })
                    .cancel();
              });
      assertThat(outcomes.get(0)).isEqualTo(new TaskOutcome.Succeeded<>(1));
      assertThat(outcomes.get(1))
          .isInstanceOfSatisfying(
              TaskOutcome.Failed.class, it -> assertThat(it.thrown()).hasMessage("no b"));
      assertThat(outcomes.get(2)).isEqualTo(new TaskOutcome.Succeeded<>(3));
      assertThat(outcomes.get(3)).isInstanceOf(TaskOutcome.Cancelled.class);
    }

    @Test
    void of_nothing_is_empty() {
      assertThat(scopes.<Integer, RuntimeException>collect("quotes", _ -> {})).isEmpty();
    }
  }

  @Nested
  class First_success {

    @Test
    void wins_and_cancels_the_rest() throws InterruptedException {
      var losers = new ArrayList<TaskHandle<String>>();
      String winner =
          scopes.<String, InterruptedException>firstSuccess(
              "mirrors",
              scope -> {
                losers.add(scope.fork("slow", TaskScopesTest.this::held));
                begun.await();
                scope.fork("bad", () -> failing("down"));
                scope.fork("quick", () -> "quick");
              });
      assertThat(winner).isEqualTo("quick");
      assertThat(losers).extracting(TaskHandle::status).containsOnly(TaskStatus.CANCELLED);
    }

    @Test
    void ends_a_lambda_that_still_forks() {
      String winner =
          scopes.firstSuccess(
              "mirrors",
              scope -> {
                while (true) {
                  scope.fork("quick", () -> "quick");
                }
              });
      assertThat(winner).isEqualTo("quick");
    }

    @Test
    void fails_with_the_first_failure_if_all_fail() {
      assertThatThrownBy(
              () ->
                  scopes.<String, RuntimeException>firstSuccess(
                      "mirrors",
                      scope -> {
                        TaskHandle<String> one = scope.fork("one", () -> failing("down"));
                        House.until("its end", () -> one.status().isDone());
                        House.until("its thread", () -> tasks.tasks().isEmpty());
                        scope.fork("two", () -> failing("down as well"));
                      }))
          .isInstanceOf(TaskFailedException.class)
          .hasMessageContaining("'one'")
          .satisfies(
              thrown ->
                  assertThat(thrown.getSuppressed()[0].getCause()).hasMessage("down as well"));
    }

    @Test
    void of_nothing_is_refused() {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> scopes.<String, RuntimeException>firstSuccess("mirrors", _ -> {}))
          .withMessageContaining("fork at least one");
    }
  }
}
