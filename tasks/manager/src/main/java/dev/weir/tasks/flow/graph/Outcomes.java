package dev.weir.tasks.flow.graph;

import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskStatus;
import dev.weir.tasks.flow.TaskOutcome;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Where the nodes of one run stand: written by the run alone, read by anybody. */
final class Outcomes {

  private final TaskGraph graph;
  private final AtomicReferenceArray<@Nullable TaskHandle<?>> handles;
  private final AtomicReferenceArray<@Nullable NodeOutcome<?>> outcomes;

  Outcomes(TaskGraph graph) {
    this.graph = graph;
    this.handles = new AtomicReferenceArray<>(graph.size());
    this.outcomes = new AtomicReferenceArray<>(graph.size());
  }

  void submitted(int node, TaskHandle<?> handle) {
    handles.set(node, handle);
  }

  void settled(int node, NodeOutcome<?> outcome) {
    outcomes.set(node, outcome);
  }

  boolean isSettled(int node) {
    return outcomes.get(node) != null;
  }

  @Nullable TaskHandle<?> handle(int node) {
    return handles.get(node);
  }

  @SuppressWarnings("unchecked") // a node's outcome comes from its own step
  <T extends @Nullable Object> Optional<NodeOutcome<T>> of(GraphNode<T> node) {
    graph.requireOwn(node);
    return Optional.ofNullable((NodeOutcome<T>) outcomes.get(node.index));
  }

  <T extends @Nullable Object> T result(GraphNode<T> node) {
    return switch (of(node).orElse(null)) {
      case NodeOutcome.Ended<T>(TaskOutcome.Succeeded<T>(T value)) -> value;
      case NodeOutcome.Ended<T>(TaskOutcome.Failed<T>(Throwable thrown)) ->
          throw missing(node, "it failed: " + thrown, thrown);
      case NodeOutcome.Ended<T>(TaskOutcome.Cancelled<T>(Throwable why)) ->
          throw missing(node, "it was cancelled", why);
      case NodeOutcome.Skipped<T>(String because) ->
          throw missing(
              node, "it was skipped, because '%s' did not succeed".formatted(because), null);
      case null -> throw missing(node, "it has not ended", null);
    };
  }

  private MissingResultException missing(GraphNode<?> node, String why, @Nullable Throwable cause) {
    return new MissingResultException(graph.name(), node.name(), why, cause);
  }

  GraphSnapshot snapshot() {
    var tally = new Tally();
    for (int i = 0; i < graph.size(); i++) {
      tally.add(outcomes.get(i), handles.get(i));
    }
    return tally.snapshot(graph);
  }

  /** One look at every node. */
  private static final class Tally {
    private int waiting;
    private int queued;
    private int running;
    private int succeeded;
    private int failed;
    private int cancelled;
    private int skipped;
    private double said;

    void add(@Nullable NodeOutcome<?> outcome, @Nullable TaskHandle<?> handle) {
      switch (outcome) {
        case NodeOutcome.Skipped<?> _ -> skipped++;
        case NodeOutcome.Ended<?>(TaskOutcome.Succeeded<?> _) -> succeeded++;
        case NodeOutcome.Ended<?>(TaskOutcome.Failed<?> _) -> failed++;
        case NodeOutcome.Ended<?>(TaskOutcome.Cancelled<?> _) -> cancelled++;
        case null -> addUnsettled(handle);
      }
    }

    private void addUnsettled(@Nullable TaskHandle<?> handle) {
      if (handle == null) {
        waiting++;
      } else if (handle.status() == TaskStatus.QUEUED) {
        queued++;
      } else {
        running++;
        said += handle.progress().fraction();
      }
    }

    GraphSnapshot snapshot(TaskGraph graph) {
      double come = succeeded + failed + cancelled + skipped + said;
      return new GraphSnapshot(
          graph.name(),
          graph.size(),
          waiting,
          queued,
          running,
          succeeded,
          failed,
          cancelled,
          skipped,
          Math.min(1, come / graph.size()));
    }
  }
}
