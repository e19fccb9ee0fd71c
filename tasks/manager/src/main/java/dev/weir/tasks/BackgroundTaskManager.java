package dev.weir.tasks;

import dev.weir.gate.CircuitSnapshot;
import dev.weir.gate.Deadline;
import dev.weir.tasks.failure.LoopInfo;
import dev.weir.tasks.failure.LoopPolicy;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
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
    this.engine = new Engine(parts, bulkheads::lane, settings.failure());
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
  public TaskHandle<Void> run(Task task, Job job) {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(job, "job");
    task.bulkhead().ifPresent(BackgroundTaskManager::requireUserBulkhead);
    return engine.run(task, job);
  }

  /**
   * Runs a job by a schedule until the handle is cancelled or the manager stops accepting tasks.
   * Each run is a task of that name.
   */
  public ScheduleHandle schedule(String name, Schedule schedule, Job job) {
    return schedule(Task.named(name), schedule, job);
  }

  /**
   * As {@link #schedule(String, Schedule, Job)}, with what the task says: each run takes a permit
   * of its bulkhead, by its priority, and must end by its deadline, counted from its tick. A run
   * that the bulkhead refuses is left out.
   *
   * @throws IllegalArgumentException if it names the bulkhead "system" or has a dedup key: what a
   *     schedule's runs do to each other is said by {@link Schedule#overlap}
   */
  public ScheduleHandle schedule(Task task, Schedule schedule, Job job) {
    Objects.requireNonNull(task, "task");
    task.bulkhead().ifPresent(BackgroundTaskManager::requireUserBulkhead);
    if (task.dedupKey().isPresent()) {
      throw new IllegalArgumentException(
          "The schedule '%s' must not have a dedup key; Schedule.overlap says what happens when runs meet."
              .formatted(task.name()));
    }
    return engine.schedule(
        task, Objects.requireNonNull(schedule, "schedule"), Objects.requireNonNull(job, "job"));
  }

  /** The schedules that have not ended; order means nothing. */
  public List<ScheduleHandle> schedules() {
    return engine.clockwork.schedules();
  }

  /**
   * Runs a loop turn by turn until it is stopped, given up, or the manager stops accepting tasks.
   * Each turn is a task of that name. One that fails is followed by another after a wait, as the
   * policy says; one that gives no sign of life is interrupted, and has failed.
   *
   * @throws dev.weir.gate.AdmissionRejectedException if the manager no longer accepts tasks
   */
  public LoopHandle loop(String name, LoopPolicy policy, LoopBody body) {
    Task.requireText(name, "name");
    return engine.loop(
        name, Objects.requireNonNull(policy, "policy"), Objects.requireNonNull(body, "body"));
  }

  /** The loops that have not been stopped, those that were given up included, by name. */
  public List<LoopInfo> loops() {
    return engine.loops();
  }

  /**
   * A standard view, bounded by the bulkhead of that name: its commands are tasks of that name.
   * What is refused is a {@link java.util.concurrent.RejectedExecutionException} with the typed
   * refusal as its cause. Shutting a view down ends that view alone.
   *
   * <p>A command may be dropped before it begins. One handed back by {@code shutdownNow()} is left
   * as it is. One whose deadline passes in the queue cancels its future if the view made that
   * ({@code submit}, {@code invokeAll}, {@code invokeAny}); any other, such as one of {@code
   * CompletableFuture.supplyAsync}, begins late and finds its deadline passed, because nobody would
   * hear that it was dropped. When the manager closes, queued commands are dropped and named in its
   * report; futures are cancelled. Only what hides its future behind a plain {@code Runnable}, as
   * {@code supplyAsync} does, cannot be told, as after {@code shutdownNow()} of any executor.
   *
   * <p>A task that waits in {@code get()} or {@code invokeAll} for a future of a view lends it its
   * permit, as in {@link TaskHandle#await()}; one that waits in {@code invokeAny}, or for a future
   * that is not the view's own, keeps it.
   *
   * @throws IllegalArgumentException if the name is "system"
   */
  public ExecutorService executor(String name) {
    requireUserBulkhead(name);
    return engine.views.executor(name, engine.starter(Task.named(name).bulkhead(name)));
  }

  /**
   * As {@link #executor(String)}, with delays and periods. It keeps the policies of {@link
   * java.util.concurrent.ScheduledThreadPoolExecutor}: shutting it down cancels what is periodic
   * and lets what is delayed run; a period ends with its first failure. A delayed command takes
   * along what its submitter carries, but for its deadline; a periodic one takes nothing. One that
   * its bulkhead refuses when its time has come fails with a {@link
   * java.util.concurrent.RejectedExecutionException}, or, if it is periodic, leaves that period
   * out. When the manager stops accepting, what waits for its time is cancelled.
   *
   * @throws IllegalArgumentException if the name is "system"
   */
  public ScheduledExecutorService scheduledExecutor(String name) {
    requireUserBulkhead(name);
    return engine.views.scheduled(name, engine.starter(Task.named(name).bulkhead(name)));
  }

  /** Whether the calling thread runs a task of this manager. */
  public boolean isInsideTask() {
    return engine.isInsideTask();
  }

  /** The tasks that are queued or running now; order means nothing. */
  public List<TaskInfo> tasks() {
    return engine.book.live.infos();
  }

  /** The tasks that run longer than they should, with a way to see where they are. */
  public List<StuckTask> stuck() {
    return engine.care().watch.stuck();
  }

  /** The tasks that were cancelled, and whose bodies run on all the same. */
  public List<TaskInfo> lingering() {
    return tasks().stream().filter(it -> it.status() == TaskStatus.CANCELLED).toList();
  }

  /** The tasks that have failed for good. */
  public DeadLetters deadLetters() {
    return engine.care().deadLetters;
  }

  /**
   * The last tasks that have ended, the latest first; see {@link
   * dev.weir.tasks.failure.FailureSettings#history()}.
   */
  public List<EndedTask> history() {
    return engine.care().memory.history(engine.nanos());
  }

  /** What the ended tasks of each name have come to. */
  public List<TaskFigures> figures() {
    return engine.care().memory.figures();
  }

  /** The circuits that tasks have named so far. */
  public List<CircuitSnapshot> circuits() {
    return engine.care().guards.circuits();
  }

  int limitsInUse() {
    return engine.care().guards.limits.size();
  }

  /** The figures of this moment. */
  public TasksSnapshot snapshot() {
    return engine.book.counts.snapshot(bulkheads.snapshots(), engine.clockwork.leftOut());
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
    return engine.close(budget);
  }

  /** As {@link #close(Duration)} with the budget of the settings; a report of loss is logged. */
  @Override
  public void close() {
    ShutdownReport report = close(settings.shutdownBudget());
    if (!report.isClean()) {
      log.warn("Not every task ended by itself: {}", report.text());
    }
  }

  static void requireUserBulkhead(String name) {
    if (Task.requireText(name, "bulkhead").equals(SYSTEM)) {
      throw new IllegalArgumentException(
          "The bulkhead 'system' is kept for Weir's own tasks; give yours another name.");
    }
  }
}
