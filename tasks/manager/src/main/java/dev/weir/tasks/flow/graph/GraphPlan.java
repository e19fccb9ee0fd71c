package dev.weir.tasks.flow.graph;

import dev.weir.tasks.Task;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What shall run, and what each needs first: nodes with their inputs, checked together by {@link
 * #build()}. For one thread.
 */
public final class GraphPlan {

  /**
   * An order without a result to hand on.
   *
   * @param first by name
   * @param then by name
   */
  record Order(String first, String then) {}

  private final String name;
  private final List<GraphNode<?>> nodes = new ArrayList<>();
  private final Set<Order> orders = new LinkedHashSet<>();
  private OnFailure onFailure = OnFailure.SKIP_DEPENDENTS;

  GraphPlan(String name) {
    this.name = name;
  }

  /** Plans a node that returns a value; see {@link #node(Task, GraphNode.Step, GraphNode...)}. */
  public <T extends @Nullable Object> GraphNode<T> node(
      String name, GraphNode.Step<T> step, GraphNode<?>... inputs) {
    return node(Task.named(name), step, inputs);
  }

  /**
   * Plans a node that returns a value. It begins as soon as its inputs have succeeded, with a
   * permit of its bulkhead.
   *
   * @param task how it runs; its name is the node's
   * @param inputs the nodes whose results the step may read
   */
  public <T extends @Nullable Object> GraphNode<T> node(
      Task task, GraphNode.Step<T> step, GraphNode<?>... inputs) {
    var node =
        new GraphNode<T>(
            this,
            nodes.size(),
            Objects.requireNonNull(task, "task"),
            Objects.requireNonNull(step, "step"),
            new LinkedHashSet<>(List.of(inputs)));
    nodes.add(node);
    return node;
  }

  /** Plans a node without a result; see {@link #node(Task, GraphNode.Step, GraphNode...)}. */
  public GraphNode<Void> chore(String name, GraphNode.Chore chore, GraphNode<?>... inputs) {
    return chore(Task.named(name), chore, inputs);
  }

  /** Plans a node without a result; see {@link #node(Task, GraphNode.Step, GraphNode...)}. */
  @SuppressWarnings("NullAway") // a Void is null, by its nature
  public GraphNode<Void> chore(Task task, GraphNode.Chore chore, GraphNode<?>... inputs) {
    Objects.requireNonNull(chore, "chore");
    return node(
        task,
        in -> {
          chore.run(in);
          return null;
        },
        inputs);
  }

  /**
   * One node begins only when another has succeeded, though it reads no result of it. Names may be
   * of nodes that are planned later.
   *
   * @return this plan
   */
  public GraphPlan order(String first, String then) {
    orders.add(
        new Order(Objects.requireNonNull(first, "first"), Objects.requireNonNull(then, "then")));
    return this;
  }

  /**
   * What a failure does to the rest; {@link OnFailure#SKIP_DEPENDENTS} unless said otherwise.
   *
   * @return this plan
   */
  public GraphPlan onFailure(OnFailure onFailure) {
    this.onFailure = Objects.requireNonNull(onFailure, "onFailure");
    return this;
  }

  /**
   * Checks the whole and makes a graph of it. The plan may go on to grow; the graph does not.
   *
   * @throws IllegalArgumentException if there is no node, two have one name, an input is of another
   *     plan, an order names no node, a task has a dedup key, or nodes wait for each other in a
   *     circle; it names everything that is wrong, each circle by its nodes
   */
  public TaskGraph build() {
    Edges edges = new PlanCheck(name, nodes, orders).edges();
    return new TaskGraph(name, List.copyOf(nodes), edges, onFailure);
  }

  boolean isMine(GraphNode<?> node) {
    return node.plan == this;
  }
}
