package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.TaskListener.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A standard view of an engine: its commands are tasks of one name. What a future keeps to itself,
 * a failure or a cancellation, is told to the task as well, so that figures and logs are right.
 */
final class TaskExecutor extends AbstractExecutorService {

  private static final Logger log = LoggerFactory.getLogger(BackgroundTaskManager.class);
  private static final String TOLD = "its executor or its future was told so";

  private final Engine engine;
  private final Task task;
  private final Set<Command> live = ConcurrentHashMap.newKeySet();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean shutdown;
  private volatile boolean stopping;

  TaskExecutor(Engine engine, Task task) {
    this.engine = engine;
    this.task = task;
  }

  @Override
  public void execute(Runnable runnable) {
    var command = new Command(Objects.requireNonNull(runnable, "command"));
    live.add(command); // before the look at shutdown: it sees the command, or the command sees it
    try {
      if (shutdown) {
        throw new RejectedExecutionException(
            "The executor '%s' was shut down; ask the task manager for another."
                .formatted(task.name()));
      }
      command.submit();
    } catch (AdmissionRejectedException refusal) {
      command.gone();
      throw new RejectedExecutionException(refusal.getMessage(), refusal);
    } catch (RuntimeException failure) {
      command.gone();
      throw failure;
    }
    if (stopping) {
      command.cancel(true);
    }
  }

  @Override
  protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
    return new TellingFuture<>(callable);
  }

  @Override
  protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
    return new TellingFuture<>(
        () -> {
          runnable.run();
          return value;
        });
  }

  @Override
  public void shutdown() {
    shutdown = true;
    endIfIdle();
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    stopping = true;
    var never = new ArrayList<Runnable>();
    for (Command command : live) { // first, or permits that come back would start them
      if (command.handBack()) {
        never.add(command.runnable);
      }
    }
    live.forEach(it -> it.cancel(true));
    endIfIdle();
    return never;
  }

  private void endIfIdle() {
    if (shutdown && live.isEmpty()) {
      over.countDown();
    }
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return over.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return over.await(timeout, unit);
  }

  private final class Command implements WatchedWork {

    private final Runnable runnable;
    private final AtomicReference<@Nullable Thread> handingBack = new AtomicReference<>();
    private volatile @Nullable TaskRun<Boolean> run;
    private boolean begun;

    Command(Runnable runnable) {
      this.runnable = runnable;
    }

    void submit() {
      if (runnable instanceof TellingFuture<?> future) {
        future.command = this;
      }
      run = engine.submit(task, this);
      if (runnable instanceof TellingFuture<?> future && future.isCancelled()) {
        cancel(false);
      }
    }

    /** Takes it out of the queue with its future as it is: whoever is given it may yet run it. */
    boolean handBack() {
      TaskRun<Boolean> mine = run;
      return mine != null
          && handingBack.compareAndSet(null, Thread.currentThread())
          && mine.drop(mine.cancelledBecause(TOLD));
    }

    /** One that is not submitted yet is looked at again by whoever submits it. */
    void cancel(boolean interrupt) {
      TaskRun<Boolean> mine = run;
      if (mine != null) {
        mine.cancel(mine.cancelledBecause(TOLD), interrupt);
      }
    }

    @Override
    public Boolean call() throws Exception {
      begun = true;
      runnable.run();
      if (runnable instanceof TellingFuture<?> future) {
        if (future.isCancelled()) {
          cancel(false); // the interrupt may have ended the body before the word came here
        }
        future.throwWhatItKept();
      }
      return true;
    }

    /** Somebody may wait for a future whose body will never run. */
    @Override
    public void ended(Outcome outcome) {
      try {
        boolean handedBack = Thread.currentThread().equals(handingBack.get());
        if (!begun && !handedBack && runnable instanceof Future<?> future) {
          future.cancel(false);
        }
      } catch (Throwable failure) { // it may be a future of the user's own making
        log.warn("Task '{}' never began, and its future threw when told so", task.name(), failure);
      } finally {
        gone();
      }
    }

    void gone() {
      live.remove(this);
      endIfIdle();
    }
  }

  private static final class TellingFuture<T extends @Nullable Object> extends FutureTask<T> {

    private volatile @Nullable Command command;
    private @Nullable Throwable kept;

    TellingFuture(Callable<T> callable) {
      super(callable);
    }

    @Override
    protected void setException(Throwable failure) {
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

    void throwWhatItKept() throws Exception {
      Throwable failure = kept;
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof Exception exception) {
        throw exception;
      }
    }
  }
}
