package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;

/**
 * Told what happens to tasks, on the thread on which it happens: must be safe for use by many
 * threads and short. One that throws is logged once, by its class, and hurts neither a task nor the
 * other listeners.
 */
public interface TaskListener {

  /** A task was accepted. Its start, on another thread, may be told before this. */
  default void submitted(String name) {}

  /**
   * A task's body is about to run.
   *
   * @param waitNanos nanoseconds since its submission
   */
  default void started(String name, long waitNanos) {}

  /**
   * A task has ended: its body, or the task itself if it never began.
   *
   * @param runNanos nanoseconds its body ran, 0 if it never began
   */
  default void finished(String name, Outcome outcome, long runNanos) {}

  /** A submission was refused. */
  default void rejected(String name, AdmissionRejectedException.Reason reason) {}

  /** How a task ended. */
  enum Outcome {
    /** Its body returned. */
    SUCCEEDED,
    /** Its body threw. */
    FAILED,
    /** It was cancelled by a caller or by the shutdown. */
    CANCELLED,
    /** Its deadline passed. */
    TIMED_OUT
  }
}
