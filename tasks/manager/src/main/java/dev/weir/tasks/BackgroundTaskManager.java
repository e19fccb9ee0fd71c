package dev.weir.tasks;

import dev.weir.gate.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in for background work: each task has a name, runs on a virtual thread of that name
 * with its submitter's context around it, and is listed until it has ended.
 *
 * <p>Safe for use by many threads.
 */
public final class BackgroundTaskManager implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BackgroundTaskManager.class);
  private static final String SYSTEM = "system";

  private final TaskSettings settings;
  private final Bulkheads bulkheads;
  private final Engine engine;

  private BackgroundTaskManager(TaskSettings settings, Engine.Parts parts) {
    this.settings = settings;
    this.bulkheads = new Bulkheads(settings);
    this.engine = new Engine(parts, bulkheads::lane);
  }

  /**
   * Opens a manager. It starts no thread of its own; time is waited for on the timer of {@code
   * system}, which must be closed after it.
   *
   * @param carriers what is carried from the submitter to the task, besides the deadline
   * @param listeners each told what happens to tasks, whatever the others do
   */
  public static BackgroundTaskManager open(
      TaskSettings settings,
      SystemTasks system,
      List<ContextCarrier> carriers,
      List<TaskListener> listeners) {
    Engine.Parts parts = system.parts();
    return new BackgroundTaskManager(
        Objects.requireNonNull(settings, "settings"),
        new Engine.Parts(
            parts.timer(),
            parts.clock(),
            parts.ticker(),
            Deadline::current,
            List.copyOf(carriers),
            List.copyOf(Objects.requireNonNull(listeners, "listeners"))));
  }

  /**
   * Starts a task that returns a value.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the manager no longer accepts tasks
   */
  public <T extends @Nullable Object> TaskHandle<T> submit(
      String name, Callable<? extends T> work) {
    return submit(Task.named(name), work);
  }

  /**
   * Starts a task that returns a value, once its bulkhead has a permit for it.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the bulkhead's queue is full or the manager
   *     no longer accepts tasks
   * @throws IllegalArgumentException if it names the bulkhead "system"
   */
  public <T extends @Nullable Object> TaskHandle<T> submit(Task task, Callable<? extends T> work) {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(work, "work");
    task.bulkhead().ifPresent(BackgroundTaskManager::requireUserBulkhead);
    return engine.submit(task, work);
  }

  /**
   * Starts a task without a result.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the manager no longer accepts tasks
   */
  public TaskHandle<Void> run(String name, Job job) {
    return run(Task.named(name), job);
  }

  /**
   * Starts a task without a result, once its bulkhead has a permit for it. Refuses as {@link
   * #submit(Task, Callable)} does.
   */
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

  /**
   * Runs a job by a schedule until the handle is cancelled or the manager stops accepting tasks.
   * Each run is a task of that name.
   */
  public ScheduleHandle schedule(String name, Schedule schedule, Job job) {
    Task.requireText(name, "name");
    return engine.schedule(
        name, Objects.requireNonNull(schedule, "schedule"), Objects.requireNonNull(job, "job"));
  }

  /**
   * A standard view, bounded by the bulkhead of that name: its commands are tasks of that name.
   * What is refused is a {@link java.util.concurrent.RejectedExecutionException} with the typed
   * refusal as its cause. A command that never begins, because its deadline passed in the queue or
   * the manager closed, cancels its future; one handed back by {@code shutdownNow()} is left as it
   * is. Shutting a view down ends that view alone.
   *
   * @throws IllegalArgumentException if the name is "system"
   */
  public ExecutorService executor(String name) {
    requireUserBulkhead(name);
    return new TaskExecutor(engine, Task.named(name).bulkhead(name));
  }

  /** Whether the calling thread runs a task of this manager. Looks at each: not for hot paths. */
  public boolean isInsideTask() {
    return engine.live.isOneOfThem(Thread.currentThread());
  }

  /** The tasks that are queued or running now; order means nothing. */
  public List<TaskInfo> tasks() {
    return engine.live.infos();
  }

  /** The figures of this moment. */
  public TasksSnapshot snapshot() {
    return engine.counts.snapshot(bulkheads.snapshots());
  }

  /** Refuses every new task from now on and ends the schedules; what was accepted goes on. */
  public void stopAccepting() {
    engine.refuseAll("background tasks");
  }

  /**
   * Waits until no task is queued or running, at most {@code budget}. Stops nothing: call {@link
   * #stopAccepting()} first. A task that calls it is not waited for.
   */
  public ShutdownReport drain(Duration budget) {
    return engine.ending.drain(budget);
  }

  /**
   * Stops accepting, drains for as long as {@code budget}, then drops what is queued and interrupts
   * what runs, gives that half a second at most to end, and reports what became of all. A task that
   * calls it is neither waited for nor interrupted. Further calls wait for the first and return its
   * report, or, if a task makes them that the first is waiting for, the state of that moment.
   */
  public ShutdownReport close(Duration budget) {
    Objects.requireNonNull(budget, "budget");
    stopAccepting();
    return engine.ending.close(budget);
  }

  /** As {@link #close(Duration)} with the budget of the settings; a report of loss is logged. */
  @Override
  public void close() {
    ShutdownReport report = close(settings.shutdownBudget());
    if (!report.isClean()) {
      log.warn("Not every task ended by itself: {}", report);
    }
  }

  static void requireUserBulkhead(String name) {
    if (Task.requireText(name, "bulkhead").equals(SYSTEM)) {
      throw new IllegalArgumentException(
          "The bulkhead 'system' is kept for Weir's own tasks; give yours another name.");
    }
  }
}
