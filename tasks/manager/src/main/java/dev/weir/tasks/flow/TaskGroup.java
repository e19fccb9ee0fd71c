package dev.weir.tasks.flow;

import dev.weir.gate.Deadline;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.Job;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskInfo;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that belong together under one name, such as {@code session-7}: submitted from anywhere
 * over time, counted together, ended together. The outcome of one touches no other. Ended tasks are
 * counted and forgotten. Safe for use by many threads, its own tasks among them.
 */
public final class TaskGroup implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final GroupFigures figures = new GroupFigures();
  private final Roster roster;
  private volatile long expected;
  private volatile boolean closed;

  private TaskGroup(BackgroundTaskManager tasks, String name) {
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException("a group's name must not be blank");
    }
    this.name = name;
    this.roster = new Roster(tasks, new Counting());
  }

  /** A group of that name, whose tasks are tasks of this manager. */
  public static TaskGroup open(BackgroundTaskManager tasks, String name) {
    return new TaskGroup(tasks, name);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /**
   * Says how many tasks there will be, so that the fraction is one of the whole and not of what has
   * been submitted so far.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public void expect(long total) {
    if (total < 0) {
      throw new IllegalArgumentException(
          "group '%s': expected tasks = %d must not be negative".formatted(name, total));
    }
    expected = total;
  }

  /** Starts a task of this group that returns a value; see {@link #submit(Task, Callable)}. */
  public <T extends @Nullable Object> TaskHandle<T> submit(
      String name, Callable<? extends T> work) {
    return submit(Task.named(name), work);
  }

  /**
   * Starts a task of this group that returns a value, once its bulkhead has a permit for it.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the manager refuses it
   * @throws IllegalStateException if the group is closed
   * @throws IllegalArgumentException if the task has a dedup key: it could be another's
   */
  public <T extends @Nullable Object> TaskHandle<T> submit(Task task, Callable<? extends T> work) {
    Objects.requireNonNull(task, "task");
    refuseIfClosed(task);
    figures.submitted.increment();
    Member<T> member;
    try {
      member = roster.submit(task, work);
    } catch (Throwable refusal) {
      figures.submitted.decrement();
      throw refusal;
    }
    if (closed) {
      member.cancel(); // the close may have missed it
    }
    return member.handle();
  }

  /** Starts a task of this group without a result; see {@link #submit(Task, Callable)}. */
  public TaskHandle<Void> run(String name, Job job) {
    return run(Task.named(name), job);
  }

  /** Starts a task of this group without a result; see {@link #submit(Task, Callable)}. */
  @SuppressWarnings("NullAway") // a Void is null, by its nature
  public TaskHandle<Void> run(Task task, Job job) {
    Objects.requireNonNull(job, "job");
    return submit(
        task,
        () -> {
          job.run();
          return null;
        });
  }

  private void refuseIfClosed(Task task) {
    if (closed) {
      throw new IllegalStateException(
          "Group '%s' is closed and takes no task '%s'; open another group."
              .formatted(name, task.name()));
    }
  }

  /** The figures of this moment. Looks at each task that has not ended. */
  public GroupSnapshot snapshot() {
    double said =
        roster.all().stream()
            .filter(it -> it.isAccepted() && !it.isDone())
            .mapToDouble(it -> it.handle().progress().fraction())
            .sum();
    return figures.snapshot(name, expected, said);
  }

  /** Its tasks that are queued or whose bodies run. Looks at each task of the manager. */
  public List<TaskInfo> tasks() {
    return roster.infos(roster.all());
  }

  /**
   * Waits until the bodies of all tasks that are in the group now have ended, at most {@code
   * atMost} or until {@link Deadline#current()}. A task that calls it is not waited for.
   *
   * @return whether they have; false at the end of the time or at an interrupt, whose flag is set
   */
  public boolean await(Duration atMost) {
    return awaitOver(roster.others(), Deadline.in(atMost).sooner(Deadline.current()));
  }

  /** As {@link #cancel(Duration)}, with five seconds. */
  public List<TaskInfo> cancel() {
    return cancel(PATIENCE);
  }

  /**
   * Cancels all tasks that are in the group now, queued or running, and returns when their bodies
   * have ended. The group stays open. A task that calls it is neither cancelled nor waited for.
   *
   * @param patience how long bodies may take to end; zero only looks
   * @return those that do not, each with its stack; empty when all have ended. An interrupt of the
   *     caller, whose flag is set, ends the wait like the end of the patience
   */
  public List<TaskInfo> cancel(Duration patience) {
    Objects.requireNonNull(patience, "patience");
    List<Member<?>> members = roster.others();
    roster.cancel(members);
    return awaitOver(members, Deadline.in(patience)) ? List.of() : roster.infos(members);
  }

  /**
   * Takes no further task, and cancels as {@link #cancel(Duration)} does.
   *
   * @return those that still run
   */
  public List<TaskInfo> close(Duration patience) {
    closed = true;
    return cancel(patience);
  }

  /** As {@link #close(Duration)}, with five seconds. */
  @Override
  public void close() {
    close(PATIENCE);
  }

  private boolean awaitOver(List<Member<?>> members, Deadline deadline) {
    try {
      return roster.awaitOver(members, deadline);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String toString() {
    return "group '%s'%s".formatted(name, closed ? " (closed)" : "");
  }

  private final class Counting implements Roster.Watch {

    @Override
    public void began() {
      figures.begun.increment();
    }

    @Override
    public void done(Member<?> member) {
      figures.done(member.handle().status(), member.hasBegun());
    }

    @Override
    public void over(Member<?> member) {
      if (member.hasBegun()) {
        member.handle().ran().ifPresent(figures::ran);
      }
    }
  }
}
