package dev.weir.pool;

/** What a call to the server is, and so what a deadline and an interrupt mean for it. */
enum CallKind {
  /** Work: refused once its time is over or its thread is interrupted, and cancelled then. */
  STATEMENT,
  /** The end of work: refused and cancelled once its time is over; an interrupt waits for it. */
  COMMIT,
  /** Tidying up: never refused, never cancelled; has a short time of its own. */
  CLEANUP
}
