package dev.weir.tasks.shutdown;

/**
 * The phases of a stop, in their order. What a service has registered for a phase is stopped before
 * Weir's own step of that phase.
 */
public enum Phase {
  /**
   * The doors close. Here a service stops its servers and lets them answer what is under way; then
   * new tasks and sessions are refused, but for those that tasks and participants need to end.
   */
  REFUSE,
  /** User tasks end, and are interrupted when their time is over. */
  TASKS,
  /** Events on their way are delivered; those that cannot be are named. */
  EVENTS,
  /** Sessions end. */
  SESSIONS,
  /** Health checks stop. */
  HEALTH,
  /** Every connection is closed; a statement that still runs is cancelled on the server. */
  CONNECTIONS,
  /** Weir's own tasks and timers end. */
  SYSTEM,
  /** Figures are no longer kept. */
  TELEMETRY
}
