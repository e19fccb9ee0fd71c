package dev.weir;

import dev.weir.tasks.ShutdownReport;
import dev.weir.tasks.event.EventsReport;

/**
 * What a drain left behind. Immutable.
 *
 * @param tasks what became of the tasks
 * @param events what became of the events on their way
 * @param openSessions sessions that were still open at the end
 */
public record DrainReport(ShutdownReport tasks, EventsReport events, int openSessions) {

  /**
   * Whether nothing was left: every task ended by itself, every event was delivered and every
   * session came back.
   */
  public boolean isClean() {
    return tasks.isClean() && events.isClean() && openSessions == 0;
  }
}
