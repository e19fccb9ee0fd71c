package dev.weir;

import dev.weir.tasks.SystemTasks;
import org.jspecify.annotations.Nullable;

/** Closes a Weir when the JVM ends, unless that was switched off or the Weir is closed before. */
record ShutdownHook(@Nullable Thread thread) {

  /** Switched off. */
  static final ShutdownHook NONE = new ShutdownHook(null);

  static ShutdownHook of(Runnable close, SystemTasks system) {
    return new ShutdownHook(system.platformThreads("weir-shutdown").newThread(close));
  }

  /**
   * Puts the hook in place.
   *
   * @throws IllegalStateException if the JVM is already ending
   */
  void add() {
    if (thread != null) {
      Runtime.getRuntime().addShutdownHook(thread);
    }
  }

  void remove() {
    if (thread == null || Thread.currentThread() == thread) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException _) {
      // The JVM is already ending: the hook runs, and waits for the stop that is under way.
    }
  }
}
