package dev.weir.tasks.schedule;

/** What a tick does that finds a run before it still going. */
public enum Overlap {
  /** It is left out and counted. The default: two runs are never under way at once. */
  SKIP,
  /**
   * It runs as soon as the one before has ended. One such tick is kept; further ones are left out.
   */
  QUEUE_ONE,
  /** It runs beside the one before. */
  ALLOW,
  /**
   * It cancels the one before, and runs as soon as the body of that has ended: two are never under
   * way at once, so one that is deaf to interruption holds the next up.
   */
  CANCEL_OLD
}
