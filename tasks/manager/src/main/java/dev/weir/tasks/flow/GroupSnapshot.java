package dev.weir.tasks.flow;

import java.time.Duration;

/**
 * The figures of a group at one moment. Immutable.
 *
 * @param name the group's
 * @param submitted accepted so far
 * @param queued accepted, not begun
 * @param running begun, outcome not known
 * @param succeeded returned
 * @param failed threw
 * @param cancelled cancelled by a caller, a deadline or a shutdown, begun or not
 * @param fraction how far the whole has come, 0 to 1: ended tasks and what the running ones said of
 *     themselves, over all that were submitted or, if that is more, expected
 * @param runTime how long bodies that have ended ran
 */
public record GroupSnapshot(
    String name,
    long submitted,
    long queued,
    long running,
    long succeeded,
    long failed,
    long cancelled,
    double fraction,
    RunTime runTime) {

  /** Those whose outcome is known. */
  public long done() {
    return succeeded + failed + cancelled;
  }

  /** Those whose outcome is not known: queued or running. */
  public long active() {
    return queued + running;
  }

  /**
   * Durations of bodies, all zero while none has ended.
   *
   * @param count how many have ended
   * @param min the shortest
   * @param mean their sum over their count
   * @param max the longest
   */
  public record RunTime(long count, Duration min, Duration mean, Duration max) {}
}
