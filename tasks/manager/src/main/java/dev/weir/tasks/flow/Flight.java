package dev.weir.tasks.flow;

import dev.weir.tasks.TaskHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One load under way, and for which other it waits. */
final class Flight<V extends @Nullable Object> {

  private final String name;
  private final CompletableFuture<TaskHandle<V>> handle = new CompletableFuture<>();
  private volatile @Nullable Flight<?> waitsFor;

  Flight(String name) {
    this.name = name;
  }

  void started(TaskHandle<V> task) {
    handle.complete(task);
  }

  void refused(Throwable refusal) {
    handle.completeExceptionally(refusal);
  }

  /** Its task, given by whoever boarded first and is submitting it now. */
  TaskHandle<V> handle() {
    try {
      return handle.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw failed;
    }
  }

  boolean isOver() {
    return handle.isDone()
        && (handle.isCompletedExceptionally() || handle.join().status().isDone());
  }

  /** Says so first and looks then: of two that close a circle, one at least sees it. */
  void waitFor(Flight<?> other) {
    waitsFor = other;
    var way = new StringBuilder(name);
    for (Flight<?> next = other; next != null; next = next.waitsFor) {
      way.append(" -> ").append(next.name);
      if (next == this) {
        waitsFor = null;
        throw new IllegalStateException(
            "A load waits for itself: %s; load what it needs by other means.".formatted(way));
      }
    }
  }

  void waitForNone() {
    waitsFor = null;
  }

  @Override
  public String toString() {
    return name;
  }
}
