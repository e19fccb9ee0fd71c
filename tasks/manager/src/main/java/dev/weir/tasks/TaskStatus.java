package dev.weir.tasks;

/** Where a task stands. */
public enum TaskStatus {
  /** Accepted, not begun: it waits for a permit of its bulkhead or for its thread. */
  QUEUED,
  /** Its body runs. */
  RUNNING,
  /** Between two tries: the last one failed or asked to run later. No thread, no permit. */
  RETRYING,
  /** Its body returned. */
  SUCCEEDED,
  /** Its body threw. */
  FAILED,
  /** Cancelled by a caller, by its deadline or by the shutdown; the body may still be ending. */
  CANCELLED;

  /** Whether the outcome is known and will not change. */
  public boolean isDone() {
    return this != QUEUED && this != RUNNING && this != RETRYING;
  }
}
