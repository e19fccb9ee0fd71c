package dev.weir.tasks.flow.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who waits for whom, by the indexes of nodes. */
final class Edges {

  private final List<Set<Integer>> after = new ArrayList<>();
  private final int[] before;

  Edges(int nodes) {
    for (int i = 0; i < nodes; i++) {
      after.add(new LinkedHashSet<>());
    }
    before = new int[nodes];
  }

  void add(int first, int then) {
    if (after.get(first).add(then)) {
      before[then]++;
    }
  }

  /** Those that wait for this one. */
  Set<Integer> after(int node) {
    return after.get(node);
  }

  /** For how many each waits; a copy. */
  int[] waitedFor() {
    return before.clone();
  }
}
