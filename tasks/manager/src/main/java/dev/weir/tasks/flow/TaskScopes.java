package dev.weir.tasks.flow;

import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.TaskCancelledException;
import dev.weir.tasks.TaskFailedException;
import dev.weir.tasks.TaskHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Structured concurrency without preview features: a scope runs a lambda, and the children forked
 * in it end before it does, whatever happens.
 *
 * <ul>
 *   <li>Returns the lambda, its children are joined.
 *   <li>Throws the lambda, its children are cancelled and joined, and its exception passes through
 *       untouched.
 *   <li>Is the owner interrupted, because its own task is cancelled or late, the children are
 *       cancelled and joined. The current {@link dev.weir.gate.Deadline} binds children, too.
 *   <li>A cancelled child that does not end within the patience, five seconds unless said
 *       otherwise, is not waited for any longer: {@link StillRunningException} names it, thrown in
 *       place of a result or suppressed in the exception that is thrown.
 * </ul>
 *
 * <p>A task that is submitted to the manager inside a lambda or a child, and not forked, belongs to
 * nobody and may outlive both. Scopes nest: one in a child ends with the child; one in the lambda
 * of another is waited for by it, but not cancelled with its children.
 *
 * <p>Immutable, safe for use by many threads. After JEP 505's structured task scopes.
 */
public final class TaskScopes {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final BackgroundTaskManager tasks;
  private final Duration patience;

  private TaskScopes(BackgroundTaskManager tasks, Duration patience) {
    this.tasks = Objects.requireNonNull(tasks, "tasks");
    this.patience = patience;
  }

  /** Scopes whose children are tasks of this manager. */
  public static TaskScopes over(BackgroundTaskManager tasks) {
    return new TaskScopes(tasks, PATIENCE);
  }

  /**
   * The same with another patience.
   *
   * @param patience how long cancelled children may take to end; zero only looks
   * @throws IllegalArgumentException if it is negative
   */
  public TaskScopes patience(Duration patience) {
    if (patience.isNegative()) {
      throw new IllegalArgumentException(
          "a scope's patience = %s must not be negative; zero waits for no cancelled child"
              .formatted(patience));
    }
    return new TaskScopes(tasks, patience);
  }

  /**
   * All succeed, or none goes on: the first child that fails or is cancelled cancels its siblings.
   *
   * @param name for messages
   * @return what the lambda returns
   * @throws X what the lambda throws, untouched
   * @throws TaskFailedException if a child failed first, with the other failures suppressed; also
   *     in place of what the lambda threw when it awaited a child that had not succeeded
   * @throws TaskCancelledException likewise, if the first was cancelled, for example by its
   *     deadline
   * @throws ScopeInterruptedException if the caller was interrupted while it joined
   * @throws StillRunningException if there was no other failure, but a cancelled child still runs
   */
  public <R extends @Nullable Object, X extends Throwable> R with(
      String name, TaskScope.Body<@Nullable Object, R, X> body) throws X {
    Objects.requireNonNull(body, "body");
    var children = children(name, Children.Rule.ALL_SUCCEED);
    return run(name, children, body);
  }

  /** As {@link #with}, for a lambda that returns nothing. */
  public <X extends Throwable> void use(String name, TaskScope.Use<@Nullable Object, X> body)
      throws X {
    Objects.requireNonNull(body, "body");
    var _ = this.<Boolean, X>with(name, returning(body));
  }

  /**
   * Every child runs to its own end, and no failure touches another.
   *
   * @param name for messages
   * @return how each child ended, in the order of their forks
   * @throws X what the lambda throws, untouched
   * @throws ScopeInterruptedException if the caller was interrupted while it joined
   * @throws StillRunningException if a cancelled child still runs
   */
  @SuppressWarnings("unchecked") // its scope forks children of T only
  public <T extends @Nullable Object, X extends Throwable> List<TaskOutcome<T>> collect(
      String name, TaskScope.Use<T, X> body) throws X {
    Objects.requireNonNull(body, "body");
    var children = children(name, Children.Rule.COLLECT);
    var _ = TaskScopes.<T, Boolean, X>run(name, children, returning(body));
    var outcomes = new ArrayList<TaskOutcome<T>>(children.forked().size());
    for (TaskHandle<?> child : children.forked()) {
      outcomes.add(TaskOutcome.of((TaskHandle<T>) child).orElseThrow());
    }
    return List.copyOf(outcomes);
  }

  /**
   * The first child that succeeds wins, and cancels the rest.
   *
   * @param name for messages
   * @return what the winner returned
   * @throws X what the lambda throws, untouched
   * @throws TaskFailedException if none succeeded and the first to end so failed; the other
   *     failures are suppressed
   * @throws TaskCancelledException likewise, if the first was cancelled
   * @throws ScopeInterruptedException if the caller was interrupted while it joined
   * @throws StillRunningException if there is a winner, but a cancelled child still runs
   * @throws IllegalStateException if nothing was forked
   */
  @SuppressWarnings("unchecked") // its scope forks children of T only
  public <T extends @Nullable Object, X extends Throwable> T firstSuccess(
      String name, TaskScope.Use<T, X> body) throws X {
    Objects.requireNonNull(body, "body");
    var children = children(name, Children.Rule.FIRST_SUCCESS);
    var _ = TaskScopes.<T, Boolean, X>run(name, children, returning(body));
    Member<?> winner = children.decider();
    if (winner == null) {
      throw new IllegalStateException(
          "Scope '%s' wants the first success, but nothing was forked in it; fork at least one child."
              .formatted(name));
    }
    return ((TaskHandle<T>) winner.handle()).await(Duration.ZERO);
  }

  private Children children(String name, Children.Rule rule) {
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException("a scope's name must not be blank");
    }
    return new Children(name, rule, patience, tasks);
  }

  private static <T extends @Nullable Object, X extends Throwable>
      TaskScope.Body<T, Boolean, X> returning(TaskScope.Use<T, X> body) {
    return scope -> {
      body.use(scope);
      return true;
    };
  }

  @SuppressWarnings("NullAway") // no result only where join throws or the result is not asked for
  private static <T extends @Nullable Object, R extends @Nullable Object, X extends Throwable>
      R run(String name, Children children, TaskScope.Body<T, R, X> body) throws X {
    var scope = new TaskScope<T>(name, children);
    R result = null;
    try {
      result = body.with(scope);
    } catch (Throwable thrown) {
      scope.end();
      children.abandon();
      if (!children.isEcho(thrown)) {
        children.blame(thrown);
        throw thrown;
      }
    }
    scope.end();
    children.join();
    return result;
  }
}
