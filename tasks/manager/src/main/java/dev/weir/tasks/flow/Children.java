package dev.weir.tasks.flow;

import dev.weir.gate.Deadline;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskCancelledException;
import dev.weir.tasks.TaskException;
import dev.weir.tasks.TaskFailedException;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.TaskInfo;
import dev.weir.tasks.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The children of one scope: what they decide together, and how they are brought to their end. */
final class Children implements Roster.Watch {

  /** When a child's end ends the others. */
  enum Rule {
    /** The first that does not succeed cancels the rest. */
    ALL_SUCCEED,
    /** None does; every handle is kept. */
    COLLECT,
    /** The first that succeeds cancels the rest. */
    FIRST_SUCCESS
  }

  /** A list that grows without bound helps nobody who reads a stack trace. */
  private static final int MOST_SUPPRESSED = 32;

  private final String name;
  private final Rule rule;
  private final Duration patience;
  private final Roster roster;
  private final AtomicReference<@Nullable Member<?>> decider = new AtomicReference<>();
  private final Queue<Member<?>> unsuccessful = new ConcurrentLinkedQueue<>();
  private final List<TaskHandle<?>> forked = new ArrayList<>();
  private @Nullable ScopeDecidedException tooLate;
  private List<TaskInfo> deaf = List.of();
  private volatile boolean ending;

  Children(String name, Rule rule, Duration patience, BackgroundTaskManager tasks) {
    this.name = name;
    this.rule = rule;
    this.patience = patience;
    this.roster = new Roster(tasks, this);
  }

  /** By the owner alone. */
  <U extends @Nullable Object> TaskHandle<U> fork(Task task, Callable<? extends U> work) {
    Member<?> decided = decider.get();
    if (decided != null) {
      tooLate = tooLate(task, decided);
      throw tooLate;
    }
    Member<U> child = roster.submit(task, work);
    if (decider.get() != null) {
      child.cancel(); // who decided meanwhile may have missed it
    }
    if (rule == Rule.COLLECT) {
      forked.add(child.handle());
    }
    return child.handle();
  }

  private ScopeDecidedException tooLate(Task task, Member<?> decided) {
    boolean won = succeeded(decided);
    return new ScopeDecidedException(
        "Scope '%s' is decided: child '%s' %s, so '%s' was not started"
            .formatted(name, decided.handle().name(), won ? "won" : "did not succeed", task.name()),
        won ? null : failureOf(decided));
  }

  @Override
  public void began() {}

  @Override
  public void done(Member<?> child) {
    TaskStatus status = child.handle().status();
    if (ending && status == TaskStatus.CANCELLED) {
      return; // by us, because the owner will not go on
    }
    boolean succeeded = status == TaskStatus.SUCCEEDED;
    if (!succeeded && rule != Rule.COLLECT) {
      unsuccessful.add(child);
    }
    boolean decides =
        switch (rule) {
          case ALL_SUCCEED -> !succeeded;
          case COLLECT -> false;
          case FIRST_SUCCESS -> succeeded;
        };
    if (decides && decider.compareAndSet(null, child)) {
      roster.cancel(roster.all());
    }
  }

  @Override
  public void over(Member<?> child) {}

  /**
   * Waits for the children: for their outcomes without a bound, for bodies that go on after that as
   * long as the patience lasts.
   *
   * @throws TaskException the first failure, if the rule wants none and there is one
   * @throws ScopeInterruptedException if the owner was interrupted; the children are cancelled
   * @throws StillRunningException if nothing else is thrown, but a cancelled body goes on
   */
  void join() {
    try {
      roster.awaitDone(roster.all());
    } catch (InterruptedException interrupt) {
      abandon();
      Thread.currentThread().interrupt();
      throw blame(new ScopeInterruptedException(name, interrupt));
    }
    awaitBodies();
    TaskException failure = failure();
    if (failure != null) {
      throw nameDeaf(failure);
    }
    if (!deaf.isEmpty()) {
      throw stillRunning();
    }
  }

  /** Cancels the children because the owner will not go on, and waits for them. */
  void abandon() {
    ending = true;
    roster.cancel(roster.all());
    awaitBodies();
  }

  /** Says in the owner's exception how its children failed and which of them go on. */
  <X extends Throwable> X blame(X thrown) {
    TaskException failure = failure();
    if (failure != null && failure != thrown) {
      thrown.addSuppressed(failure);
    }
    return nameDeaf(thrown);
  }

  private <X extends Throwable> X nameDeaf(X thrown) {
    if (!deaf.isEmpty()) {
      thrown.addSuppressed(stillRunning());
    }
    return thrown;
  }

  private StillRunningException stillRunning() {
    return new StillRunningException(name, patience, deaf);
  }

  /** Once, as long as the patience lasts, interrupted or not. */
  private void awaitBodies() {
    List<Member<?>> left = deaf.isEmpty() ? roster.all() : List.of();
    Deadline until = Deadline.in(patience);
    boolean interrupted = false;
    boolean asked = false;
    while (!asked) {
      try {
        if (!roster.awaitOver(left, until)) {
          deaf = roster.infos(left);
        }
        asked = true;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whether what the lambda threw only tells of what a child has decided: it forked too late, or
   * awaited a child that had failed or was cancelled for it. Asked once all have ended.
   */
  boolean isEcho(Throwable thrown) {
    return decider.get() != null
        && (thrown == tooLate
            || (thrown instanceof TaskException told
                && (told instanceof TaskFailedException || told instanceof TaskCancelledException)
                && isOurs(told)));
  }

  private boolean isOurs(TaskException failure) {
    return unsuccessful.stream().anyMatch(it -> it.handle().id() == failure.id());
  }

  /** The child that decided, if one did. */
  @Nullable Member<?> decider() {
    return decider.get();
  }

  List<TaskHandle<?>> forked() {
    return forked;
  }

  /** The first failure as an await of that child throws it, the others suppressed in it. */
  private @Nullable TaskException failure() {
    Member<?> decided = decider.get();
    Member<?> first = decided == null ? unsuccessful.peek() : decided;
    if (first == null || succeeded(first)) {
      return null;
    }
    TaskException failure = failureOf(first);
    unsuccessful.stream()
        .filter(it -> it != first)
        .map(Children::left)
        .filter(Objects::nonNull)
        .limit(MOST_SUPPRESSED)
        .forEach(failure::addSuppressed);
    return failure;
  }

  /** What a sibling has to say: its failure, or what its body threw once it was cancelled. */
  private static @Nullable Throwable left(Member<?> sibling) {
    return sibling.handle().status() == TaskStatus.FAILED
        ? failureOf(sibling)
        : sibling.thrownAfterCancel();
  }

  private static boolean succeeded(Member<?> child) {
    return child.handle().status() == TaskStatus.SUCCEEDED;
  }

  private static TaskException failureOf(Member<?> child) {
    try {
      child.handle().await(Duration.ZERO);
      throw new IllegalStateException("succeeded: " + child.handle());
    } catch (TaskFailedException | TaskCancelledException failure) {
      return Objects.requireNonNull(failure);
    }
  }
}
