package dev.weir.tasks.flow.graph;

import dev.weir.tasks.flow.TaskOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What became of a node. Immutable.
 *
 * @param <T> what the node returns
 */
public sealed interface NodeOutcome<T extends @Nullable Object> {

  /**
   * Its task ended, or was refused by its bulkhead, which counts as a failure.
   *
   * @param how how it ended
   */
  record Ended<T extends @Nullable Object>(TaskOutcome<T> how) implements NodeOutcome<T> {}

  /**
   * It was never submitted.
   *
   * @param because the node that did not succeed
   */
  record Skipped<T extends @Nullable Object>(String because) implements NodeOutcome<T> {}

  /** Whether it returned. */
  default boolean succeeded() {
    return this instanceof Ended<T> ended && ended.how() instanceof TaskOutcome.Succeeded<T>;
  }
}
