package dev.weir.tasks.flow.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of every node of a run that has ended. Immutable. */
public final class GraphResult {

  private final TaskGraph graph;
  private final Outcomes outcomes;

  GraphResult(TaskGraph graph, Outcomes outcomes) {
    this.graph = graph;
    this.outcomes = outcomes;
  }

  /**
   * What a node returned.
   *
   * @throws MissingResultException if it failed, was cancelled or skipped
   * @throws IllegalArgumentException if the node is of another graph
   */
  public <T extends @Nullable Object> T of(GraphNode<T> node) {
    return outcomes.result(node);
  }

  /**
   * What became of a node.
   *
   * @throws IllegalArgumentException if the node is of another graph
   */
  public <T extends @Nullable Object> NodeOutcome<T> outcome(GraphNode<T> node) {
    return outcomes.of(node).orElseThrow();
  }

  /** What became of each node, by name, in the order of the plan. */
  public Map<String, NodeOutcome<?>> outcomes() {
    var all = new LinkedHashMap<String, NodeOutcome<?>>();
    for (int i = 0; i < graph.size(); i++) {
      all.put(graph.node(i).name(), outcome(graph.node(i)));
    }
    return all;
  }

  /** Whether every node succeeded. */
  public boolean isComplete() {
    return outcomes().values().stream().allMatch(NodeOutcome::succeeded);
  }
}
