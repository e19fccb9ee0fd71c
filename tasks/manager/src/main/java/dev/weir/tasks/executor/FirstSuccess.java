package dev.weir.tasks.executor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The wait of {@code invokeAny}: starts one more task whenever none has ended, takes the first that
 * succeeds and cancels the others. A task that never begins counts as one that failed.
 */
final class FirstSuccess<T> {

  private static final long FOR_EVER = Long.MAX_VALUE;

  private final Executor executor;
  private final Collection<? extends Callable<T>> tasks;
  private final BlockingQueue<Tried> over = new LinkedBlockingQueue<>();
  private final List<Tried> tried = new ArrayList<>();

  FirstSuccess(Executor executor, Collection<? extends Callable<T>> tasks) {
    this.executor = executor;
    this.tasks = Objects.requireNonNull(tasks, "tasks");
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("invokeAny needs at least one task; there is none");
    }
  }

  private final class Tried extends CommandFuture<T> {
    Tried(Callable<T> task) {
      super(task);
    }

    @Override
    protected void done() {
      super.done();
      over.add(this);
    }
  }

  T await() throws InterruptedException, ExecutionException {
    try {
      return await(FOR_EVER);
    } catch (TimeoutException never) {
      throw new IllegalStateException(never);
    }
  }

  T await(long nanos) throws InterruptedException, ExecutionException, TimeoutException {
    long start = System.nanoTime();
    Iterator<? extends Callable<T>> left = tasks.iterator();
    @Nullable ExecutionException last = null;
    try {
      int ended = 0;
      while (left.hasNext() || ended < tried.size()) {
        Tried one = over.poll();
        if (one == null && left.hasNext()) {
          start(left.next());
          continue;
        }
        if (one == null) {
          one = patiently(nanos, start);
        }
        ended++;
        try {
          return one.get();
        } catch (ExecutionException failure) {
          last = failure;
        } catch (RuntimeException cancelled) {
          last = new ExecutionException(cancelled);
        }
      }
      throw Objects.requireNonNull(last);
    } finally {
      tried.forEach(it -> it.cancel(true));
    }
  }

  private void start(Callable<T> task) {
    var one = new Tried(Objects.requireNonNull(task, "task"));
    executor.execute(one);
    tried.add(one);
  }

  private Tried patiently(long nanos, long start) throws InterruptedException, TimeoutException {
    if (nanos == FOR_EVER) {
      return over.take();
    }
    Tried one = over.poll(nanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
    if (one == null) {
      throw new TimeoutException(
          "None of %d tasks has succeeded in time; those under way are cancelled"
              .formatted(tried.size()));
    }
    return one;
  }
}
