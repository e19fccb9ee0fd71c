package dev.weir.tasks;

import dev.weir.tasks.TaskListener.Outcome;
import java.util.concurrent.Callable;

/** Work that wants to know when and how its task has ended. */
interface WatchedWork extends Callable<Boolean> {

  /** Told once, before the handle shows the outcome, or when a cancelled body ends at last. */
  void ended(Outcome outcome);
}
