package dev.weir.tasks;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A submitted task: its name, its state, its result. Safe for use by many threads.
 *
 * @param <T> what the task returns
 */
public interface TaskHandle<T extends @Nullable Object> {

  /** The name under which it was submitted. */
  String name();

  /** Its number, unique among the tasks of its manager. */
  long id();

  /** Where it stands now. */
  TaskStatus status();

  /** Which try runs or ran last, from 1; 0 if none has begun. */
  int attempt();

  /** What the body said last by {@link TaskRun#progress}; it stays when the task has ended. */
  Progress progress();

  /**
   * Waits for the result, at most until {@link dev.weir.gate.Deadline#current()}. May be called
   * from any thread.
   *
   * <p>A task that waits needs no permit meanwhile: it lends its own to the task it waits for, if
   * that is queued in the same bulkhead, or to whichever is queued there at the end of a chain of
   * such waits. So a task may start others in its own full bulkhead and wait for them; they run one
   * at a time on its permit, which is back before this returns. If this ends before the borrower
   * does, the borrower keeps a permit beyond the limit until it ends. Waits by other means, as for
   * {@link #completion()}, lend nothing. Tasks of two full bulkheads that wait for each other's
   * queued tasks, without such a chain, are not helped: give them a deadline.
   *
   * @throws TaskFailedException if the task threw; the cause is what it threw, untouched
   * @throws TaskCancelledException if it was cancelled
   * @throws TaskTimeoutException if the caller's deadline came first; the task goes on
   * @throws TaskInterruptedException if the caller was interrupted; its flag is set, the task goes
   *     on
   */
  T await();

  /**
   * Waits for the result, at most {@code atMost} or until {@link dev.weir.gate.Deadline#current()},
   * whichever is sooner. Fails as {@link #await()} does.
   *
   * @param atMost how long; zero or less only looks
   */
  T await(Duration atMost);

  /**
   * Cancels the task. One that has not begun never will, and costs no thread. A running one is
   * interrupted and its handle is done at once, whether its body heeds the interrupt or not; until
   * the body ends it keeps its permit and stays listed.
   */
  Cancellation cancel();

  /**
   * A stage that completes with the result, with the task's own throwable, or with a {@link
   * TaskCancelledException}. Completing the stage or what is made of it does not touch the task.
   * Functions attached without an executor run on the thread that ended the task, with what its
   * carriers have carried from the submitter, or on the attaching thread if the task was done.
   */
  CompletionStage<T> completion();

  /** How long the body has run or ran; empty while it has not begun. */
  Optional<Duration> ran();
}
