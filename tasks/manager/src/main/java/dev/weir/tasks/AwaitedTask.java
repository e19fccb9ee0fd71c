package dev.weir.tasks;

import dev.weir.gate.Deadline;
import dev.weir.gate.Waiter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The half of a task that is waited for: its outcome, and the future that only a wait creates. */
abstract class AwaitedTask<T extends @Nullable Object> extends Waiter implements TaskHandle<T> {

  private static final VarHandle DONE;

  static {
    try {
      DONE =
          MethodHandles.lookup().findVarHandle(AwaitedTask.class, "done", CompletableFuture.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Written before the status is done, read after: the status is what makes them visible. */
  @Nullable T result;

  @Nullable Throwable failure;

  private volatile @Nullable CompletableFuture<T> done;

  /** To be called once the status is done. */
  final void wakeWaiting() {
    CompletableFuture<T> waiting = done;
    if (waiting != null) {
      complete(waiting);
    }
  }

  final TaskCancelledException cancellation() {
    if (failure instanceof TaskCancelledException why) {
      return why;
    }
    throw new IllegalStateException("not cancelled: " + this);
  }

  private void complete(CompletableFuture<T> waiting) {
    Throwable thrown = failure;
    if (thrown == null) {
      waiting.complete(result);
    } else {
      waiting.completeExceptionally(thrown);
    }
  }

  /** Made only when somebody wants it; whoever comes second, it or the outcome, completes it. */
  private CompletableFuture<T> done() {
    CompletableFuture<T> known = done;
    if (known != null) {
      return known;
    }
    var fresh = new CompletableFuture<T>();
    known = DONE.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(done);
    if (status().isDone()) {
      complete(known);
    }
    return known;
  }

  @Override
  public T await() {
    return await(Deadline.current());
  }

  @Override
  public T await(Duration atMost) {
    return await(Deadline.in(atMost).sooner(Deadline.current()));
  }

  private T await(Deadline deadline) {
    if (!status().isDone()) {
      try {
        done().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException _) {
        return outcome();
      } catch (TimeoutException _) {
        throw new TaskTimeoutException(
            name(), id(), "Task '%s' (%d) is not done; it goes on".formatted(name(), id()));
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        throw new TaskInterruptedException(name(), id(), interrupt);
      }
    }
    return outcome();
  }

  @SuppressWarnings("NullAway") // a null result is one that T allows
  private T outcome() {
    Throwable thrown = failure;
    return switch (status()) {
      case FAILED -> throw new TaskFailedException(name(), id(), Objects.requireNonNull(thrown));
      case CANCELLED -> throw cancellation();
      default -> result;
    };
  }

  @Override
  public CompletionStage<T> completion() {
    var copy = new CompletableFuture<T>(); // a dependent stage would wrap what the task threw
    var _ =
        done()
            .whenComplete(
                (value, thrown) -> {
                  if (thrown == null) {
                    copy.complete(value);
                  } else {
                    copy.completeExceptionally(thrown);
                  }
                });
    return copy;
  }
}
