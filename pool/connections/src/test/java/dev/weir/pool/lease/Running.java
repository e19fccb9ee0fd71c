package dev.weir.pool.lease;

import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A call on a virtual thread of its own. */
final class Running {

  private final FutureTask<Outcome> task;
  private final Thread thread;

  Running(Callable<?> call) {
    task =
        new FutureTask<>(
            () -> {
              Throwable thrown = catchThrowable(call::call);
              return new Outcome(thrown, Thread.interrupted());
            });
    thread = Thread.ofVirtual().start(task);
  }

  /** How it ended, and whether the interrupt flag was set then. */
  record Outcome(Throwable thrown, boolean flag) {

    String state() {
      return thrown instanceof SQLException sql ? sql.getSQLState() : "none";
    }
  }

  void interrupt() {
    thread.interrupt();
  }

  Outcome outcome() throws Exception {
    return task.get();
  }
}
