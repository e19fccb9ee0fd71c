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

  /**
   * Waits for the result, at most until {@link dev.weir.gate.Deadline#current()}.
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
   * Functions attached without an executor run on the thread that ended the task.
   */
  CompletionStage<T> completion();

  /** How long the body has run or ran; empty while it has not begun. */
  Optional<Duration> ran();
}
