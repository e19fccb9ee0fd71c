package dev.weir.tasks;

import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.tasks.work.Work;
import dev.weir.tasks.work.Work.End;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Work that is told when and how its task has ended, as the body of a task. */
record WatchedWork(Work work) implements Callable<Boolean> {

  @Override
  public Boolean call() throws Exception {
    work.call();
    return true;
  }

  void ended(Outcome outcome, @Nullable Throwable failure) {
    work.ended(
        switch (outcome) {
          case SUCCEEDED -> End.SUCCEEDED;
          case FAILED -> End.FAILED;
          case CANCELLED -> End.CANCELLED;
          case TIMED_OUT -> End.TIMED_OUT;
        },
        failure);
  }
}
