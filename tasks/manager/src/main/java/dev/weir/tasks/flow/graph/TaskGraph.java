package dev.weir.tasks.flow.graph;

import dev.weir.tasks.BackgroundTaskManager;
import java.util.List;
import java.util.Objects;

/**
 * Tasks that need each other's results: each begins as soon as its inputs have succeeded, and all
 * that can run together do, as far as their bulkheads let them. Immutable, safe for use by many
 * threads, and may run as often as wanted, also at the same time.
 */
public final class TaskGraph {

  private final String name;
  private final List<GraphNode<?>> nodes;
  private final Edges edges;
  private final OnFailure onFailure;

  TaskGraph(String name, List<GraphNode<?>> nodes, Edges edges, OnFailure onFailure) {
    this.name = name;
    this.nodes = nodes;
    this.edges = edges;
    this.onFailure = onFailure;
  }

  /**
   * Begins a plan.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public static GraphPlan plan(String name) {
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException("a graph's name must not be blank");
    }
    return new GraphPlan(name);
  }

  /**
   * Starts a run: a task of the graph's name, which needs no permit, with a child for each node.
   * The caller's deadline and context go along to all of them.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the manager no longer accepts tasks
   */
  public GraphRun start(BackgroundTaskManager tasks) {
    var outcomes = new Outcomes(this);
    var conductor = new Conductor(this, outcomes, tasks);
    return new GraphRun(tasks.submit(name, conductor), outcomes);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** How many nodes it has. */
  public int size() {
    return nodes.size();
  }

  GraphNode<?> node(int index) {
    return nodes.get(index);
  }

  Edges edges() {
    return edges;
  }

  OnFailure onFailure() {
    return onFailure;
  }

  void requireOwn(GraphNode<?> node) {
    if (node.index >= nodes.size() || nodes.get(node.index) != node) {
      throw new IllegalArgumentException(
          "Graph '%s' has no such node '%s'; it is of another plan, or was planned after the graph was built."
              .formatted(name, node.name()));
    }
  }
}
