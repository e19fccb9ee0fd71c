package dev.weir.tasks.flow.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskCancelledException;
import dev.weir.tasks.TaskRun;
import dev.weir.tasks.TaskStatus;
import dev.weir.tasks.flow.House;
import dev.weir.tasks.flow.TaskOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskGraphTest {

  private final House house = House.open();
  private final BackgroundTaskManager tasks = house.tasks;
  private final CountDownLatch hold = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final GraphPlan plan = TaskGraph.plan("nightly");

  @AfterEach
  void close() {
    hold.countDown();
    house.close();
  }

  private String held(Inputs in) throws InterruptedException {
    Objects.requireNonNull(in);
    begun.countDown();
    hold.await();
    return "held";
  }

  private static String failing(Inputs in) throws IOException {
    throw new IOException("broken with " + in);
  }

  @Nested
  class A_run {

    @Test
    void hands_results_to_those_that_need_them() {
      GraphNode<List<Integer>> data = plan.node("load", _ -> List.of(1, 2, 3));
      GraphNode<Integer> sum =
          plan.node("sum", in -> in.of(data).stream().mapToInt(it -> it).sum(), data);
      GraphNode<Integer> size = plan.node("size", in -> in.of(data).size(), data);
      GraphNode<String> mean =
          plan.node("mean", in -> "%d/%d".formatted(in.of(sum), in.of(size)), sum, size);
      GraphResult result = plan.build().start(tasks).await();
      assertThat(result.of(mean)).isEqualTo("6/3");
      assertThat(result.isComplete()).isTrue();
      assertThat(result.outcomes().keySet()).containsExactly("load", "sum", "size", "mean");
    }

    @Test
    void gathers_a_thousand_results_in_one() {
      var parts = new ArrayList<GraphNode<Integer>>();
      for (int i = 0; i < 1_000; i++) {
        int part = i;
        parts.add(plan.node("part-" + i, _ -> part));
      }
      GraphNode<Integer> all =
          plan.node(
              "all",
              in -> parts.stream().mapToInt(in::of).sum(),
              parts.toArray(GraphNode<?>[]::new));
      assertThat(plan.build().start(tasks).await().of(all)).isEqualTo(499_500);
    }

    @Test
    void goes_down_a_chain_of_thousands() {
      GraphNode<Integer> last = plan.node("n0", _ -> 0);
      for (int i = 1; i <= 3_000; i++) {
        GraphNode<Integer> before = last;
        last = plan.node("n" + i, in -> in.of(before) + 1, before);
      }
      assertThat(plan.build().start(tasks).await().of(last)).isEqualTo(3_000);
    }

    @Test
    void runs_together_what_can_run_together() {
      var together = new CyclicBarrier(50);
      GraphNode<Integer> root = plan.node("root", _ -> 1);
      for (int i = 0; i < 50; i++) {
        plan.chore("leaf-" + i, _ -> together.await(20, TimeUnit.SECONDS), root);
      }
      assertThat(plan.build().start(tasks).await().isComplete()).isTrue();
    }

    @Test
    void keeps_to_the_bulkheads_of_its_nodes() {
      var together = new AtomicInteger();
      var most = new AtomicInteger();
      for (int i = 0; i < 50; i++) {
        plan.chore(
            Task.named("n" + i).bulkhead("one"),
            _ -> {
              most.accumulateAndGet(together.incrementAndGet(), Math::max);
              Thread.onSpinWait();
              together.decrementAndGet();
            });
      }
      assertThat(plan.build().start(tasks).await().isComplete()).isTrue();
      assertThat(most).hasValue(1);
    }

    @Test
    void keeps_an_order_that_hands_nothing_on() {
      var first = new AtomicBoolean();
      GraphNode<Boolean> then = plan.node("then", _ -> first.get());
      plan.chore("first", _ -> first.set(true));
      GraphResult result = plan.order("first", "then").build().start(tasks).await();
      assertThat(result.of(then)).isTrue();
    }

    @Test
    void shows_how_far_it_has_come() {
      GraphNode<Integer> one = plan.node("one", _ -> 1);
      GraphNode<String> two =
          plan.node(
              "two",
              in -> {
                TaskRun.current().progress(0.5, "half");
                return held(in);
              },
              one);
      plan.node("three", in -> in.of(two), two);
      plan.node("four", _ -> 4);
      GraphRun run = plan.build().start(tasks);
      House.until("two of four", () -> begun.getCount() == 0 && run.snapshot().succeeded() == 2);
      assertThat(run.snapshot())
          .isEqualTo(new GraphSnapshot("nightly", 4, 1, 0, 1, 2, 0, 0, 0, 0.625));
      assertThat(run.outcome(one))
          .contains(new NodeOutcome.Ended<>(new TaskOutcome.Succeeded<>(1)));
      assertThat(run.outcome(two)).isEmpty();
      House.until("its word", () -> run.handle().progress().message().startsWith("2 of 4"));
      hold.countDown();
      run.await();
      assertThat(run.snapshot().fraction()).isEqualTo(1);
      assertThat(run.snapshot().settled()).isEqualTo(4);
    }

    @Test
    void may_be_one_of_many_of_the_same_graph() {
      var count = new AtomicInteger();
      GraphNode<Integer> one = plan.node("one", _ -> count.incrementAndGet());
      TaskGraph graph = plan.build();
      var runs = new ArrayList<GraphRun>();
      for (int i = 0; i < 10; i++) {
        runs.add(graph.start(tasks));
      }
      assertThat(runs.stream().map(run -> run.await().of(one)).distinct()).hasSize(10);
    }

    @Test
    void takes_the_callers_deadline_to_every_node() {
      GraphNode<Integer> one = plan.node("one", _ -> 1);
      GraphNode<Boolean> two = plan.node("two", _ -> Deadline.current().isBound(), one);
      TaskGraph graph = plan.build();
      assertThat(Deadline.within(Duration.ofMinutes(1), () -> graph.start(tasks).await().of(two)))
          .isTrue();
    }
  }

  @Nested
  class A_failure {

    @Test
    void skips_those_that_need_it_and_lets_the_others_go_on() {
      GraphNode<String> bad = plan.node("bad", TaskGraphTest::failing);
      GraphNode<String> needs = plan.node("needs", in -> in.of(bad), bad);
      GraphNode<String> needsThat = plan.node("needs-that", in -> in.of(needs), needs);
      GraphNode<Integer> other = plan.node("other", _ -> 1);
      GraphNode<Integer> afterOther = plan.node("after-other", in -> in.of(other) + 1, other);
      GraphResult result = plan.build().start(tasks).await();
      assertThat(result.of(afterOther)).isEqualTo(2);
      assertThat(result.isComplete()).isFalse();
      assertThat(result.outcome(needs)).isEqualTo(new NodeOutcome.Skipped<>("bad"));
      assertThatExceptionOfType(MissingResultException.class)
          .isThrownBy(() -> result.of(needsThat))
          .withMessageContaining("'needs-that'")
          .withMessageContaining("'bad' did not succeed");
      assertThatExceptionOfType(MissingResultException.class)
          .isThrownBy(() -> result.of(bad))
          .withMessageContaining("Graph 'nightly': node 'bad'")
          .withCauseInstanceOf(IOException.class);
    }

    @Test
    void cancels_all_if_the_plan_says_so() {
      GraphNode<String> running = plan.node("running", TaskGraphTest.this::held);
      GraphNode<String> waiting = plan.node("waiting", in -> in.of(running), running);
      GraphNode<String> bad =
          plan.node(
              "bad",
              in -> {
                begun.await();
                return failing(in);
              });
      GraphResult result = plan.onFailure(OnFailure.CANCEL_ALL).build().start(tasks).await();
      assertThatThrownBy(() -> result.of(running))
          .isInstanceOf(MissingResultException.class)
          .hasCauseInstanceOf(TaskCancelledException.class);
      assertThat(result.outcome(waiting)).isEqualTo(new NodeOutcome.Skipped<>("bad"));
      assertThatThrownBy(() -> result.of(bad)).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void may_be_the_bulkheads_refusal() {
      tasks.run(Task.named("occupant").bulkhead("none"), hold::await);
      GraphNode<Integer> refused = plan.node(Task.named("refused").bulkhead("none"), _ -> 1);
      GraphNode<Integer> needs = plan.node("needs", in -> in.of(refused), refused);
      GraphResult result = plan.build().start(tasks).await();
      assertThatThrownBy(() -> result.of(refused))
          .hasCauseInstanceOf(AdmissionRejectedException.class);
      assertThat(result.outcome(needs)).isEqualTo(new NodeOutcome.Skipped<>("refused"));
    }

    @Test
    void may_be_a_node_that_reads_what_it_did_not_ask_for() {
      GraphNode<Integer> one = plan.node("one", _ -> 1);
      GraphNode<Integer> two = plan.node("two", in -> in.of(one));
      GraphResult result = plan.build().start(tasks).await();
      assertThatThrownBy(() -> result.of(two))
          .rootCause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'two' reads the result of 'one'");
    }
  }

  @Test
  void cancelling_a_run_ends_its_nodes_before_its_body() {
    var ended = new AtomicBoolean();
    plan.chore(
        "running",
        in -> {
          try {
            held(in);
          } finally {
            ended.set(true);
          }
        });
    plan.node(Task.named("queued").bulkhead("one"), TaskGraphTest.this::held);
    plan.node(Task.named("queued too").bulkhead("one"), TaskGraphTest.this::held);
    GraphRun run = plan.build().start(tasks);
    House.until("its start", () -> begun.getCount() == 0);
    run.handle().cancel();
    House.until("the end of all", () -> tasks.tasks().isEmpty());
    assertThat(ended).isTrue();
    assertThat(run.handle().status()).isEqualTo(TaskStatus.CANCELLED);
    assertThatThrownBy(run::await).isInstanceOf(TaskCancelledException.class);
  }

  @Nested
  class A_plan_is_refused {

    @Test
    void for_a_circle_which_it_names() {
      plan.chore("fetch", _ -> {});
      plan.chore("train", _ -> {});
      plan.chore("check", _ -> {});
      plan.chore("deploy", _ -> {});
      plan.order("fetch", "train").order("train", "check").order("check", "deploy");
      plan.order("deploy", "train");
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(plan::build)
          .withMessageContaining("nodes wait for each other: ")
          .satisfies(
              thrown ->
                  assertThat(thrown.getMessage())
                      .containsAnyOf(
                          "train -> check -> deploy -> train",
                          "check -> deploy -> train -> check",
                          "deploy -> train -> check -> deploy")
                      .doesNotContain("fetch"));
    }

    @Test
    void for_everything_at_once() {
      GraphNode<Integer> foreign = TaskGraph.plan("other").node("foreign", _ -> 1);
      plan.chore("twice", _ -> {});
      plan.chore("twice", _ -> {});
      plan.chore("reads", in -> in.of(foreign), foreign);
      plan.chore(Task.named("keyed").dedupKey("k"), _ -> {});
      plan.chore("self", _ -> {});
      plan.chore("a", _ -> {});
      plan.chore("b", _ -> {});
      plan.order("self", "self").order("a", "b").order("b", "a").order("nobody", "none");
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(plan::build)
          .withMessageContaining("Graph 'nightly' cannot be built, 7 problems:")
          .withMessageContaining("two nodes are called 'twice'")
          .withMessageContaining("'foreign', which is of another plan")
          .withMessageContaining("'keyed' has a dedup key")
          .withMessageContaining("names no node 'nobody'")
          .withMessageContaining("names no node 'none'")
          .withMessageContaining("self -> self")
          .withMessageMatching("(?s).*(a -> b -> a|b -> a -> b).*");
    }

    @Test
    void for_having_no_node() {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(plan::build)
          .withMessageContaining("1 problem:")
          .withMessageContaining("it has no node");
    }

    @Test
    void for_a_blank_name() {
      assertThatThrownBy(() -> TaskGraph.plan(" ")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_node_of_another_graph_has_no_result_here() {
    plan.node("one", _ -> 1);
    GraphRun run = plan.build().start(tasks);
    GraphNode<Integer> foreign = TaskGraph.plan("other").node("foreign", _ -> 1);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> run.outcome(foreign))
        .withMessageContaining("no such node 'foreign'");
  }
}
