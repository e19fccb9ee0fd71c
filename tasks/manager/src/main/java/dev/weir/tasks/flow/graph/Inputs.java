package dev.weir.tasks.flow.graph;

import org.jspecify.annotations.Nullable;

/** The results that a node was promised. Safe for use by many threads. */
public final class Inputs {

  private final GraphNode<?> reader;
  private final Outcomes outcomes;

  Inputs(GraphNode<?> reader, Outcomes outcomes) {
    this.reader = reader;
    this.outcomes = outcomes;
  }

  /**
   * What this input returned.
   *
   * @throws IllegalArgumentException if the node is not among the inputs of the one that asks
   */
  public <T extends @Nullable Object> T of(GraphNode<T> input) {
    if (!reader.inputs.contains(input)) {
      throw new IllegalArgumentException(
          "Node '%s' reads the result of '%s', which is not one of its inputs; name it where the node is planned."
              .formatted(reader.name(), input.name()));
    }
    return outcomes.result(input);
  }

  @Override
  public String toString() {
    return "inputs of " + reader;
  }
}
