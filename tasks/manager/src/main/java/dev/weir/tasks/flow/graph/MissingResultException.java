package dev.weir.tasks.flow.graph;

import org.jspecify.annotations.Nullable;

/** A node was asked for a result that it does not have; the cause is why, where there is one. */
public final class MissingResultException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MissingResultException(String graph, String node, String why, @Nullable Throwable cause) {
    super("Graph '%s': node '%s' has no result: %s".formatted(graph, node, why), cause);
  }
}
