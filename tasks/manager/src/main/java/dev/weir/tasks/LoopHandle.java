package dev.weir.tasks;

import dev.weir.tasks.failure.LoopInfo;

/** A supervised loop. Safe for use by many threads. */
public interface LoopHandle {

  /** Its name. */
  String name();

  /** How it stands now. */
  LoopInfo info();

  /**
   * No further turn begins. One that is under way goes on to its end, and may ask whether it is to
   * stop. Further calls do nothing.
   */
  void stop();
}
