package dev.weir.tasks.executor;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.work.Starter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A view whose commands are tasks of one name. */
sealed class TaskExecutor extends AbstractExecutorService permits ScheduledTaskExecutor {

  private final String name;
  private final Starter starter;
  private final Set<Member> live = ConcurrentHashMap.newKeySet();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean shutdown;
  private volatile boolean stopping;

  TaskExecutor(String name, Starter starter) {
    this.name = name;
    this.starter = starter;
  }

  final String name() {
    return name;
  }

  final Starter starter() {
    return starter;
  }

  @Override
  public final void execute(Runnable runnable) {
    var command = new Command(this, starter, Objects.requireNonNull(runnable, "command"));
    join(command);
    boolean accepted = false;
    try {
      command.submit();
      accepted = true;
    } catch (AdmissionRejectedException refusal) {
      throw new RejectedExecutionException(refusal.getMessage(), refusal);
    } finally {
      if (!accepted) {
        gone(command);
      }
    }
    if (stopping) {
      command.interrupt();
    }
  }

  /** Takes it in, unless this is shut down. */
  final void join(Member member) {
    live.add(member); // before the look at shutdown: it sees the member, or the member sees it
    if (shutdown) {
      gone(member);
      throw new RejectedExecutionException(
          "The executor '%s' was shut down; ask the task manager for another.".formatted(name));
    }
  }

  final void gone(Member member) {
    live.remove(member);
    endIfIdle();
  }

  @Override
  protected final <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
    return new CommandFuture<>(callable);
  }

  @Override
  protected final <T extends @Nullable Object> RunnableFuture<T> newTaskFor(
      Runnable runnable, T value) {
    return new CommandFuture<>(
        () -> {
          runnable.run();
          return value;
        });
  }

  /** Of our own making, because the one inherited waits for ever for a task that never begins. */
  @Override
  public final <T> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    return new FirstSuccess<T>(this, tasks).await();
  }

  @Override
  public final <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return new FirstSuccess<T>(this, tasks).await(unit.toNanos(timeout));
  }

  @Override
  public final void shutdown() {
    shutdown = true;
    live.forEach(Member::shutdown);
    endIfIdle();
  }

  @Override
  public final List<Runnable> shutdownNow() {
    shutdown = true;
    stopping = true;
    var never = new ArrayList<Runnable>();
    for (Member member : live) { // first, or permits that come back would start them
      Runnable unbegun = member.handBack();
      if (unbegun != null) {
        never.add(unbegun);
      }
    }
    live.forEach(Member::interrupt);
    endIfIdle();
    return never;
  }

  private void endIfIdle() {
    if (shutdown && live.isEmpty()) {
      over.countDown();
    }
  }

  @Override
  public final boolean isShutdown() {
    return shutdown;
  }

  final boolean isStopping() {
    return stopping;
  }

  @Override
  public final boolean isTerminated() {
    return over.getCount() == 0;
  }

  @Override
  public final boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return over.await(timeout, unit);
  }
}
