package dev.weir.tasks.flow.graph;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskRun;
import dev.weir.tasks.flow.TaskOutcome;
import dev.weir.tasks.flow.TaskScope;
import dev.weir.tasks.flow.TaskScopes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The body of a run's task: starts each node when its last input has succeeded, from one thread, so
 * that every node gets the deadline and the context of the run and is a child of it.
 */
final class Conductor implements Callable<GraphResult> {

  private final TaskGraph graph;
  private final Outcomes outcomes;
  private final BackgroundTaskManager tasks;
  private final int[] waitedFor;
  private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();
  private int unsettled;

  Conductor(TaskGraph graph, Outcomes outcomes, BackgroundTaskManager tasks) {
    this.graph = graph;
    this.outcomes = outcomes;
    this.tasks = tasks;
    this.waitedFor = graph.edges().waitedFor();
    this.unsettled = graph.size();
  }

  @Override
  public GraphResult call() throws InterruptedException {
    TaskScopes.over(tasks).<@Nullable Object, InterruptedException>collect(graph.name(), this::run);
    return new GraphResult(graph, outcomes);
  }

  private void run(TaskScope<@Nullable Object> scope) throws InterruptedException {
    for (int i = 0; i < graph.size(); i++) {
      if (waitedFor[i] == 0) {
        start(i, scope);
      }
    }
    while (unsettled > 0) {
      int node = ended.take();
      TaskHandle<?> handle = outcomes.handle(node);
      if (handle != null) {
        settle(node, outcomeOf(handle), scope);
      }
    }
  }

  private static <T extends @Nullable Object> NodeOutcome<T> outcomeOf(TaskHandle<T> handle) {
    return new NodeOutcome.Ended<>(TaskOutcome.of(handle).orElseThrow());
  }

  private void start(int index, TaskScope<@Nullable Object> scope) {
    GraphNode<?> node = graph.node(index);
    if (outcomes.isSettled(index)) {
      return; // skipped meanwhile
    }
    try {
      TaskHandle<?> handle = scope.fork(node.task, () -> node.step.run(new Inputs(node, outcomes)));
      outcomes.submitted(index, handle);
      var _ = handle.completion().whenComplete((_, _) -> ended.add(index));
    } catch (AdmissionRejectedException refusal) {
      settle(index, new NodeOutcome.Ended<>(new TaskOutcome.Failed<>(refusal)), scope);
    }
  }

  private void settle(int index, NodeOutcome<?> outcome, TaskScope<@Nullable Object> scope) {
    outcomes.settled(index, outcome);
    unsettled--;
    tell();
    if (outcome.succeeded()) {
      for (int next : graph.edges().after(index)) {
        if (--waitedFor[next] == 0) {
          start(next, scope);
        }
      }
    } else {
      switch (graph.onFailure()) {
        case SKIP_DEPENDENTS -> skipAfter(index);
        case CANCEL_ALL -> cancelAll(index);
      }
    }
  }

  private void skipAfter(int failed) {
    Deque<Integer> lost = new ArrayDeque<>(graph.edges().after(failed));
    while (!lost.isEmpty()) {
      int node = lost.remove();
      if (!outcomes.isSettled(node)) {
        skip(node, failed);
        lost.addAll(graph.edges().after(node));
      }
    }
  }

  private void cancelAll(int failed) {
    for (int i = 0; i < graph.size(); i++) {
      TaskHandle<?> handle = outcomes.handle(i);
      if (handle != null) {
        handle.cancel();
      } else if (!outcomes.isSettled(i)) {
        skip(i, failed);
      }
    }
  }

  private void skip(int node, int because) {
    outcomes.settled(node, new NodeOutcome.Skipped<>(graph.node(because).name()));
    unsettled--;
  }

  private void tell() {
    int settled = graph.size() - unsettled;
    TaskRun.current()
        .progress(
            (double) settled / graph.size(),
            "%d of %d nodes settled".formatted(settled, graph.size()));
  }
}
