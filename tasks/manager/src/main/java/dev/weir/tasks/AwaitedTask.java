package dev.weir.tasks;

import dev.weir.gate.Deadline;
import dev.weir.gate.Lane;
import dev.weir.tasks.work.Wait;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The half of a task that is waited for: its outcome, and the future that only a wait creates. */
abstract class AwaitedTask<T extends @Nullable Object> extends BoundedTask
    implements TaskHandle<T> {

  private static final VarHandle DONE;

  static {
    try {
      DONE =
          MethodHandles.lookup().findVarHandle(AwaitedTask.class, "done", CompletableFuture.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * What the body returned or what is thrown instead. Written before the status is done, read
   * after: the status is what makes it visible, and says which of the two it is.
   */
  @Nullable Object outcome;

  /** Tasks that wait for this one. Guarded by this. */
  private @Nullable TaskWait waits;

  private volatile @Nullable CompletableFuture<T> done;

  AwaitedTask(Engine engine, Task task, @Nullable Lane lane) {
    super(engine, task, lane);
  }

  /** To be called once the status is done. */
  final void wakeWaiting() {
    CompletableFuture<T> waiting = done;
    if (waiting != null) {
      complete(waiting);
    }
  }

  final TaskCancelledException cancellation() {
    if (outcome instanceof TaskCancelledException why) {
      return why;
    }
    throw new IllegalStateException("not cancelled: " + this);
  }

  private void complete(CompletableFuture<T> waiting) {
    if (status() == TaskStatus.SUCCEEDED) {
      waiting.complete(result());
    } else {
      waiting.completeExceptionally((Throwable) Objects.requireNonNull(outcome));
    }
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // the body returned it; a null is one that T allows
  private T result() {
    return (T) outcome;
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
      try (Wait _ = begunWait()) {
        park(done(), deadline);
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

  /** Without a limit where there is none: one costs a virtual thread a timer. */
  private static void park(CompletableFuture<?> done, Deadline deadline)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (deadline.isBound()) {
      done.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } else {
      done.get();
    }
  }

  private T outcome() {
    return switch (status()) {
      case FAILED ->
          throw new TaskFailedException(name(), id(), (Throwable) Objects.requireNonNull(outcome));
      case CANCELLED -> throw cancellation();
      default -> result();
    };
  }

  /** A wait of the task that the calling thread runs, if it runs one. */
  public abstract Wait begunWait();

  final synchronized void add(TaskWait wait) {
    TaskWait first = waits;
    wait.next = first;
    if (first != null) {
      first.previous = wait;
    }
    waits = wait;
  }

  final synchronized void remove(TaskWait wait) {
    TaskWait before = wait.previous;
    TaskWait after = wait.next;
    if (before == null) {
      waits = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
  }

  /** The waits of tasks for this one, as they are now. */
  final synchronized List<TaskWait> waits() {
    List<TaskWait> all = new ArrayList<>();
    for (TaskWait wait = waits; wait != null; wait = wait.next) {
      all.add(wait);
    }
    return all;
  }

  @Override
  public CompletionStage<T> completion() {
    var copy = new CompletableFuture<T>(); // a dependent stage would wrap what the task threw
    var _ =
        done()
            .whenComplete(
                (value, thrown) ->
                    carry(
                        () -> {
                          if (thrown == null) {
                            copy.complete(value);
                          } else {
                            copy.completeExceptionally(thrown);
                          }
                        }));
    return copy;
  }

  /** Does it with what the task has taken along from its submitter, the deadline left out. */
  abstract void carry(Runnable work);
}
