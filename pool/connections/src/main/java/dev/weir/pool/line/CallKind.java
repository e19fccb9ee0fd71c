package dev.weir.pool.line;

/** What a call to the server is, and so what a deadline and an interrupt mean for it. */
public enum CallKind {
  /** Opening the line: cut when its time is over, or by an interrupt. */
  LOGIN,
  /** Work: refused once its time is over or its thread is interrupted, and cancelled then. */
  STATEMENT,
  /** The end of work: refused and cancelled once its time is over; an interrupt waits for it. */
  COMMIT,
  /** Tidying up: never refused or cancelled; has a short time of its own, then the line is cut. */
  CLEANUP;

  /** Whether a caller wants it done, in distinction to what comes with it. */
  boolean isWork() {
    return this == STATEMENT || this == COMMIT;
  }

  boolean isCancelledBy(Stop.Reason reason) {
    return this == STATEMENT || (this == COMMIT && reason == Stop.Reason.DEADLINE);
  }
}
