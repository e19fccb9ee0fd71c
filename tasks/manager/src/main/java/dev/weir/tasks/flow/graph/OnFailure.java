package dev.weir.tasks.flow.graph;

/** What becomes of the rest when a node fails, is cancelled or is refused by its bulkhead. */
public enum OnFailure {
  /** Those that need it, directly or not, are skipped; all others go on. */
  SKIP_DEPENDENTS,
  /** Whatever has not ended is cancelled or skipped. */
  CANCEL_ALL
}
