package dev.weir.tasks.flow;

import dev.weir.tasks.Job;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskHandle;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Where children are forked: tasks that end before the lambda's caller goes on. Made by {@link
 * TaskScopes}, which says how it ends. For the thread alone that runs the lambda; a child that
 * wants children opens a scope of its own.
 *
 * @param <T> what every child's result is; {@code Object} where they differ
 */
public final class TaskScope<T extends @Nullable Object> {

  /**
   * Forks children and returns a value.
   *
   * @param <T> what every child's result is
   * @param <R> what it returns
   * @param <X> what it may throw; with two unrelated checked exceptions {@code Exception}
   */
  @FunctionalInterface
  public interface Body<
      T extends @Nullable Object, R extends @Nullable Object, X extends Throwable> {
    /** Does the work. */
    R with(TaskScope<T> scope) throws X;
  }

  /**
   * Forks children and returns nothing.
   *
   * @param <T> what every child's result is
   * @param <X> what it may throw; with two unrelated checked exceptions {@code Exception}
   */
  @FunctionalInterface
  public interface Use<T extends @Nullable Object, X extends Throwable> {
    /** Does the work. */
    void use(TaskScope<T> scope) throws X;
  }

  private final String name;
  private final Children children;
  private final Thread owner = Thread.currentThread();
  private boolean ended;

  TaskScope(String name, Children children) {
    this.name = name;
    this.children = children;
  }

  /**
   * Starts a child that returns a value.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the manager refuses the task; let it pass,
   *     and the scope ends with it
   * @throws ScopeDecidedException if a child has decided the scope already
   * @throws WrongThreadException if the caller is not the thread that opened the scope
   * @throws IllegalStateException if the scope has ended
   */
  public <U extends T> TaskHandle<U> fork(String name, Callable<? extends U> work) {
    return fork(Task.named(name), work);
  }

  /**
   * Starts a child that returns a value, once its bulkhead has a permit for it. Throws as {@link
   * #fork(String, Callable)} does.
   *
   * @throws IllegalArgumentException if the task has a dedup key: it could be another's
   */
  public <U extends T> TaskHandle<U> fork(Task task, Callable<? extends U> work) {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(work, "work");
    requireOwner();
    if (ended) {
      throw new IllegalStateException(
          "Scope '%s' has ended, so '%s' cannot be forked in it; fork inside its lambda."
              .formatted(name, task.name()));
    }
    return children.fork(task, work);
  }

  /**
   * Starts a child without a result; its value is null. Throws as {@link #fork(String, Callable)}
   * does.
   */
  public TaskHandle<T> run(String name, Job job) {
    return run(Task.named(name), job);
  }

  /**
   * Starts a child without a result, once its bulkhead has a permit for it; its value is null.
   * Throws as {@link #fork(Task, Callable)} does.
   */
  @SuppressWarnings("NullAway") // a scope for tasks without a result is one whose T allows null
  public TaskHandle<T> run(Task task, Job job) {
    Objects.requireNonNull(job, "job");
    return fork(
        task,
        () -> {
          job.run();
          return null;
        });
  }

  private void requireOwner() {
    Thread caller = Thread.currentThread();
    if (caller != owner) {
      throw new WrongThreadException(
          "Scope '%s' belongs to thread '%s', and thread '%s' wanted to fork in it; open a scope of its own there."
              .formatted(name, owner.getName(), caller.getName()));
    }
  }

  /** No child is forked any more. */
  void end() {
    ended = true;
  }
}
