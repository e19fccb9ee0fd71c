package dev.weir.tasks.flow.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** One look at a plan that finds everything wrong with it. */
final class PlanCheck {

  private final String name;
  private final List<GraphNode<?>> nodes;
  private final Map<String, Integer> byName = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Edges edges;

  PlanCheck(String name, List<GraphNode<?>> nodes, Collection<GraphPlan.Order> orders) {
    this.name = name;
    this.nodes = nodes;
    this.edges = new Edges(nodes.size());
    unless(!nodes.isEmpty(), "it has no node");
    nodes.forEach(this::checkName);
    nodes.forEach(this::connect);
    orders.forEach(this::connect);
    findCircles();
  }

  Edges edges() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Graph '%s' cannot be built, %d %s:%s"
              .formatted(
                  name,
                  problems.size(),
                  problems.size() == 1 ? "problem" : "problems",
                  problems.stream().map("\n  - "::concat).collect(Collectors.joining())));
    }
    return edges;
  }

  private void unless(boolean good, String problem) {
    if (!good) {
      problems.add(problem);
    }
  }

  private void checkName(GraphNode<?> node) {
    unless(
        byName.putIfAbsent(node.name(), node.index) == null,
        "two nodes are called '%s'; results and orders go by name".formatted(node.name()));
    unless(
        node.task.dedupKey().isEmpty(),
        "node '%s' has a dedup key, so it could be another's task; await that one inside the node"
            .formatted(node.name()));
  }

  private void connect(GraphNode<?> node) {
    for (GraphNode<?> input : node.inputs) {
      if (node.plan.isMine(input)) {
        edges.add(input.index, node.index);
      } else {
        problems.add(
            "node '%s' has the input '%s', which is of another plan"
                .formatted(node.name(), input.name()));
      }
    }
  }

  private void connect(GraphPlan.Order order) {
    Integer first = byName.get(order.first());
    Integer then = byName.get(order.then());
    String which = "the order '%s' before '%s'".formatted(order.first(), order.then());
    unless(first != null, "%s names no node '%s'".formatted(which, order.first()));
    unless(then != null, "%s names no node '%s'".formatted(which, order.then()));
    if (first != null && then != null) {
      edges.add(first, then);
    }
  }

  /** Takes away what can begin until nothing can (Kahn); what is left holds circles. */
  private void findCircles() {
    int[] waitedFor = edges.waitedFor();
    Deque<Integer> ready = new ArrayDeque<>();
    Set<Integer> left = new LinkedHashSet<>();
    for (GraphNode<?> node : nodes) {
      left.add(node.index);
      if (waitedFor[node.index] == 0) {
        ready.add(node.index);
      }
    }
    takeAway(ready, waitedFor, left);
    while (!left.isEmpty()) {
      List<Integer> circle = circle(left);
      problems.add("nodes wait for each other: " + told(circle));
      circle.forEach(node -> waitedFor[node] = 0);
      ready.addAll(circle);
      takeAway(ready, waitedFor, left);
    }
  }

  private void takeAway(Deque<Integer> ready, int[] waitedFor, Set<Integer> left) {
    while (!ready.isEmpty()) {
      int node = ready.remove();
      left.remove(node);
      for (int next : edges.after(node)) {
        if (left.contains(next) && --waitedFor[next] == 0) {
          ready.add(next);
        }
      }
    }
  }

  /** Each one left waits for one that is left: going back from any comes round. */
  private List<Integer> circle(Set<Integer> left) {
    Map<Integer, Integer> before = new HashMap<>();
    for (int node : left) {
      edges.after(node).stream().filter(left::contains).forEach(next -> before.put(next, node));
    }
    List<Integer> way = new ArrayList<>();
    int node = left.iterator().next();
    while (!way.contains(node)) {
      way.addFirst(node);
      node = Objects.requireNonNull(before.get(node));
    }
    return way.subList(0, way.indexOf(node) + 1);
  }

  private String told(List<Integer> circle) {
    return circle.stream().map(it -> nodes.get(it).name()).collect(Collectors.joining(" -> "))
        + " -> "
        + nodes.get(circle.getFirst()).name();
  }
}
