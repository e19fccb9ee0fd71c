package dev.weir.tasks;

/** What a call of {@link TaskHandle#cancel()} met. */
public enum Cancellation {
  /** The task had not begun and never will, or it was between two tries and there is no other. */
  BEFORE_START,
  /** The task was running: its thread was interrupted, its handle is done at once. */
  INTERRUPTED,
  /** The outcome was known already, or was being recorded; nothing changed. */
  ALREADY_DONE
}
