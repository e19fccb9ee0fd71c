package dev.weir.tasks.flow.graph;

import dev.weir.tasks.TaskHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run of a graph. Safe for use by many threads. */
public final class GraphRun {

  private final TaskHandle<GraphResult> handle;
  private final Outcomes outcomes;

  GraphRun(TaskHandle<GraphResult> handle, Outcomes outcomes) {
    this.handle = handle;
    this.outcomes = outcomes;
  }

  /**
   * Waits until every node has ended or is skipped, at most until {@link
   * dev.weir.gate.Deadline#current()}. Failed nodes do not make it fail; ask the result.
   *
   * @throws dev.weir.tasks.TaskException as {@link TaskHandle#await()} does, if the run was
   *     cancelled, or the caller's deadline or an interrupt came first
   */
  public GraphResult await() {
    return handle.await();
  }

  /**
   * The task of the run. Cancelling it cancels the nodes; its body goes on until theirs have ended.
   */
  public TaskHandle<GraphResult> handle() {
    return handle;
  }

  /** Where the nodes stand at this moment. Looks at each. */
  public GraphSnapshot snapshot() {
    return outcomes.snapshot();
  }

  /**
   * What became of a node; empty while it is not known.
   *
   * @throws IllegalArgumentException if the node is of another graph
   */
  public <T extends @Nullable Object> Optional<NodeOutcome<T>> outcome(GraphNode<T> node) {
    return outcomes.of(node);
  }
}
