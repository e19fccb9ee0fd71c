package dev.weir.tasks.executor;

import dev.weir.tasks.work.Started;
import dev.weir.tasks.work.Starter;
import dev.weir.tasks.work.Wait;
import dev.weir.tasks.work.Work;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command of a view on its way through the engine. */
class Command implements Work, Member {

  private static final Logger log = LoggerFactory.getLogger(ExecutorViews.class);
  private static final String TOLD = "its executor or its future was told so";

  private final TaskExecutor view;
  private final Starter starter;
  private final Runnable runnable;
  private final AtomicReference<@Nullable Thread> handingBack = new AtomicReference<>();
  private volatile @Nullable Started started;
  private boolean begun;

  Command(TaskExecutor view, Starter starter, Runnable runnable) {
    this.view = view;
    this.starter = starter;
    this.runnable = runnable;
  }

  /** It has ended, or never will begin. */
  void over() {
    view.gone(this);
  }

  final void submit() {
    if (runnable instanceof CommandFuture<?> future) {
      future.runsAs(this);
    }
    starter.start(this);
    if (runnable instanceof CommandFuture<?> future && future.isCancelled()) {
      cancel(false);
    }
  }

  @Override
  public final void accepted(Started task) {
    started = task;
  }

  @Override
  public final @Nullable Runnable handBack() {
    Started mine = started;
    if (mine == null || !handingBack.compareAndSet(null, Thread.currentThread())) {
      return null;
    }
    return mine.drop(TOLD) ? runnable : null;
  }

  final Wait begunWait() {
    Started mine = started;
    return mine == null ? Wait.PLAIN : mine.begunWait();
  }

  /** One that is not submitted yet is looked at again by whoever submits it. */
  final void cancel(boolean interrupt) {
    Started mine = started;
    if (mine != null) {
      mine.cancel(TOLD, interrupt);
    }
  }

  @Override
  public final void interrupt() {
    cancel(true);
  }

  @Override
  public final void call() throws Exception {
    begun = true;
    runnable.run();
    if (runnable instanceof CommandFuture<?> future) {
      if (future.isCancelled()) {
        cancel(false); // the interrupt may have ended the body before the word came here
      }
      future.throwWhatItKept();
    }
  }

  /** A future of a view's own says so if it never runs. Of anything else nobody would hear. */
  @Override
  public final boolean canBeDropped() {
    return runnable instanceof CommandFuture<?>;
  }

  /** Somebody may wait for a future whose body will never run. */
  @Override
  public final void ended(End end, @Nullable Throwable failure) {
    try {
      boolean handedBack = Thread.currentThread().equals(handingBack.get());
      if (!begun && !handedBack && runnable instanceof Future<?> future) {
        future.cancel(false);
      }
    } catch (Throwable told) { // it may be a future of the user's own making
      log.warn("Task '{}' never began, and its future threw when told so", view.name(), told);
    } finally {
      over();
    }
  }
}
