package dev.weir;

import dev.weir.tasks.ShutdownReport;

/**
 * What a drain left behind. Immutable.
 *
 * @param tasks what became of the tasks
 * @param openSessions sessions that were still open at the end
 */
public record DrainReport(ShutdownReport tasks, int openSessions) {

  /** Whether nothing was left: every task ended by itself and every session came back. */
  public boolean isClean() {
    return tasks.isClean() && openSessions == 0;
  }
}
