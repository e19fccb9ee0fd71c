package dev.weir.tasks.executor;

import dev.weir.tasks.work.Wait;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A future that tells its task what it would keep to itself, a failure or a cancellation, so that
 * figures and logs are right.
 */
class CommandFuture<T extends @Nullable Object> extends FutureTask<T> {

  private volatile @Nullable Command command;
  private @Nullable Throwable kept;

  CommandFuture(Callable<T> callable) {
    super(callable);
  }

  final void runsAs(Command mine) {
    command = mine;
  }

  final @Nullable Command command() {
    return command;
  }

  @Override
  public final T get() throws InterruptedException, ExecutionException {
    try (Wait _ = begunWait()) {
      return super.get();
    }
  }

  @Override
  public final T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    try (Wait _ = begunWait()) {
      return super.get(timeout, unit);
    }
  }

  private Wait begunWait() {
    Command mine = command;
    return mine == null || isDone() ? Wait.PLAIN : mine.begunWait();
  }

  @Override
  protected final void setException(Throwable failure) {
    kept = failure;
    super.setException(failure);
  }

  @Override
  protected void done() {
    Command mine = command;
    if (mine != null && isCancelled()) {
      mine.cancel(false); // the future itself has interrupted, if it was to
    }
  }

  final void throwWhatItKept() throws Exception {
    Throwable failure = kept;
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof Exception exception) {
      throw exception;
    }
  }
}
