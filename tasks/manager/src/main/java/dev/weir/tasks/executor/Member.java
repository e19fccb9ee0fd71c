package dev.weir.tasks.executor;

import org.jspecify.annotations.Nullable;

/** What a view has accepted and is not done with. */
interface Member {

  /** Gives it up as it is, if it has not begun: whoever is given it may yet run it. */
  @Nullable Runnable handBack();

  /** Interrupts it if it runs. */
  void interrupt();

  /** The view takes nothing any more; what was accepted stays so. */
  default void shutdown() {}
}
