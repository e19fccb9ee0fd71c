package dev.weir.tasks.flow.graph;

import dev.weir.tasks.Task;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of a plan, and the key to its result. Immutable.
 *
 * @param <T> what it returns
 */
public final class GraphNode<T extends @Nullable Object> {

  /**
   * What a node does.
   *
   * @param <T> what it returns
   */
  @FunctionalInterface
  public interface Step<T extends @Nullable Object> {
    /**
     * Does the work on the thread of the node's task.
     *
     * @throws Exception whatever it fails with; the outcome keeps it untouched
     */
    T run(Inputs in) throws Exception;
  }

  /** What a node without a result does. */
  @FunctionalInterface
  public interface Chore {
    /**
     * Does the work on the thread of the node's task.
     *
     * @throws Exception whatever it fails with; the outcome keeps it untouched
     */
    void run(Inputs in) throws Exception;
  }

  final GraphPlan plan;
  final int index;
  final Task task;
  final Step<T> step;
  final Set<GraphNode<?>> inputs;

  GraphNode(GraphPlan plan, int index, Task task, Step<T> step, Set<GraphNode<?>> inputs) {
    this.plan = plan;
    this.index = index;
    this.task = task;
    this.step = step;
    this.inputs = inputs;
  }

  /** Its name, that of its task. */
  public String name() {
    return task.name();
  }

  @Override
  public String toString() {
    return "node '%s'".formatted(name());
  }
}
