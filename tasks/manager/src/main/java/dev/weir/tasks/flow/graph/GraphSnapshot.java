package dev.weir.tasks.flow.graph;

/**
 * Where the nodes of a run stand at one moment. Immutable.
 *
 * @param name the graph's
 * @param nodes all of them
 * @param waiting not submitted: an input has not ended
 * @param queued submitted, not begun
 * @param running begun
 * @param succeeded returned
 * @param failed threw, or refused by their bulkhead
 * @param cancelled cancelled
 * @param skipped never to be submitted
 * @param fraction how far the whole has come, 0 to 1: the nodes that are settled and what the
 *     running ones said of themselves, over all
 */
public record GraphSnapshot(
    String name,
    int nodes,
    int waiting,
    int queued,
    int running,
    int succeeded,
    int failed,
    int cancelled,
    int skipped,
    double fraction) {

  /** Those whose outcome is known. */
  public int settled() {
    return succeeded + failed + cancelled + skipped;
  }
}
