package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.Ticker;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Weir's own background work: probes, sizing, keepalive. Nothing that users submit, pause, drain or
 * close reaches it. Safe for use by many threads.
 */
public final class SystemTasks implements AutoCloseable {

  private static final int TIMER_THREADS = 2;

  private final Engine engine;
  private final TimerView timer;
  private final Set<ScheduledExecutorService> lent = ConcurrentHashMap.newKeySet();
  private final @Nullable ScheduledExecutorService owned;

  private SystemTasks(Engine.Parts parts, @Nullable ScheduledExecutorService owned) {
    this.engine = new Engine(parts, _ -> null, null);
    this.timer = new TimerView(parts.timer());
    this.owned = owned;
  }

  /** Opens it with a timer of its own, two daemon threads called weir-timer-1 and weir-timer-2. */
  public static SystemTasks open() {
    return open(List.of());
  }

  /**
   * As {@link #open()}, with listeners.
   *
   * @param listeners each told what happens to tasks, whatever the others do
   */
  public static SystemTasks open(List<TaskListener> listeners) {
    List<TaskListener> told = List.copyOf(Objects.requireNonNull(listeners, "listeners"));
    ScheduledExecutorService timer = scheduler("weir-timer", TIMER_THREADS);
    return new SystemTasks(
        new Engine.Parts(
            timer, InstantSource.system(), Ticker.SYSTEM, () -> Deadline.NONE, List.of(), told),
        timer);
  }

  /**
   * Opens it on a given timer and given clocks, so that a test can set the time; the timer is not
   * closed with it.
   *
   * @param listeners each told what happens to tasks, whatever the others do
   * @param timer where every delay is waited for
   * @param clock the time of day
   * @param ticker what delays and durations are measured by
   */
  public static SystemTasks open(
      List<TaskListener> listeners,
      ScheduledExecutorService timer,
      InstantSource clock,
      Ticker ticker) {
    return new SystemTasks(
        new Engine.Parts(
            Objects.requireNonNull(timer, "timer"),
            Objects.requireNonNull(clock, "clock"),
            Objects.requireNonNull(ticker, "ticker"),
            () -> Deadline.NONE,
            List.of(),
            List.copyOf(Objects.requireNonNull(listeners, "listeners"))),
        null);
  }

  /** Runs {@code work} on a virtual thread of that name. */
  public <T extends @Nullable Object> TaskHandle<T> submit(
      String name, Callable<? extends T> work) {
    return engine.submit(Task.named(name), Objects.requireNonNull(work, "work"));
  }

  /** Runs {@code job} every {@code interval}, as {@link Schedule#every} says. */
  public ScheduleHandle every(String name, Duration interval, Job job) {
    return engine.schedule(
        Task.named(name), Schedule.every(interval), Objects.requireNonNull(job, "job"));
  }

  /**
   * The timer, for libraries that want one: a view that ignores being shut down. What runs on it
   * must be short; a library whose work may block gets {@link #timer(String)}.
   */
  public ScheduledExecutorService timer() {
    return timer;
  }

  /** What delays and durations are measured by: the clock that {@link #timer()} keeps. */
  public Ticker ticker() {
    return engine.parts.ticker();
  }

  /**
   * A timer for one library alone, so that work of its own that blocks stalls nobody else's: one
   * daemon platform thread called prefix-timer-1, started with its first work. It waits in real
   * time, whatever clock was given to {@code open}. The library may shut it down; what it leaves is
   * shut down and interrupted when this closes.
   *
   * @throws AdmissionRejectedException if this is closed
   */
  public ScheduledExecutorService timer(String prefix) {
    ScheduledExecutorService fresh = scheduler(Task.requireText(prefix, "prefix") + "-timer", 1);
    lent.removeIf(ExecutorService::isShutdown);
    lent.add(fresh); // before the look at shut: a close sees the timer, or the timer sees shut
    try {
      engine.refuseIfShut();
    } catch (AdmissionRejectedException refusal) {
      fresh.shutdownNow();
      throw refusal;
    }
    return fresh;
  }

  /** A factory of daemon platform threads called prefix-1, prefix-2 and so on, for libraries. */
  public ThreadFactory platformThreads(String prefix) {
    return daemons(Task.requireText(prefix, "prefix"));
  }

  /** An executor whose commands are tasks of that name, each on a virtual thread of its own. */
  public Executor executor(String name) {
    return engine.views.executor(name, engine.starter(Task.named(name)));
  }

  /** Whether the calling thread runs a system task. */
  public boolean isInsideTask() {
    return engine.isInsideTask();
  }

  /** What is queued or running now. */
  public List<TaskInfo> tasks() {
    return engine.book.live.infos();
  }

  /**
   * Refuses what comes from now on, interrupts what runs, waits half a second at most for it to
   * end, and ends the timers. Further calls do nothing.
   */
  @Override
  public void close() {
    engine.refuseAll("system tasks");
    engine.close(Duration.ZERO);
    lent.forEach(ExecutorService::shutdownNow);
    if (owned != null) {
      owned.shutdownNow();
    }
  }

  Engine.Parts parts() {
    return engine.parts;
  }

  private static ScheduledExecutorService scheduler(String prefix, int threads) {
    var timer = new ScheduledThreadPoolExecutor(threads, daemons(prefix));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static ThreadFactory daemons(String prefix) {
    return Thread.ofPlatform().daemon().name(prefix + "-", 1).factory();
  }
}
