package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.spi.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
   * Whether {@link #running} is to be called: asked once, when the manager opens, so that a
   * listener who follows nothing costs nothing.
   */
  default boolean follows() {
    return false;
  }

  /**
   * A try of a task is about to run, on this thread, with all that its carriers carry around it.
   *
   * @return ended when the body of that try has ended; null if nobody follows it
   */
  default @Nullable Step running(TaskRun run) {
    return null;
  }

  /** A schedule's run has begun so long after the moment it was due. */
  default void late(String name, Duration lateness) {}

  /**
   * A try of a task failed, and another one follows.
   *
   * @param failed which try it was, from 1
   */
  default void retrying(String name, int failed, Throwable failure) {}

  /** A task runs longer than it should; told once for each try. */
  default void stuck(StuckTask task) {}

  /** A task has failed for good and lies among the dead letters. */
  default void buried(String name) {}

  /**
   * A task has ended: its body, or the task itself if it never began.
   *
   * @param runNanos nanoseconds its body ran, 0 if it never began
   * @param failure what its body threw at last; null unless it failed
   */
  default void finished(String name, Outcome outcome, long runNanos, @Nullable Throwable failure) {}

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
