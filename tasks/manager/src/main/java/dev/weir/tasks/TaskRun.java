package dev.weir.tasks;

import dev.weir.gate.Deadline;
import dev.weir.tasks.spi.Step;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a running task knows of itself. Safe for use by many threads; {@link #current()} is for the
 * task's own alone.
 */
public final class TaskRun {

  private static final ScopedValue<TaskRun> CURRENT = ScopedValue.newInstance();

  final LiveTask<?> task;
  private volatile @Nullable Progress progress;

  private volatile int attempt;

  /** What the body waits for by {@link TaskHandle#await()}; null while it goes on. */
  volatile @Nullable TaskWait waits;

  /** By the engine's clock. */
  final long startedAt;

  private volatile boolean ended;

  /** Written before it has ended, read after. */
  private long ranNanos;

  /** The thread of the body; null once that has ended. Whoever reads it late sees a dead one. */
  private @Nullable Thread thread = Thread.currentThread();

  TaskRun(LiveTask<?> task, long startedAt) {
    this.task = task;
    this.startedAt = startedAt;
  }

  /**
   * The run that the calling code belongs to, of whichever manager.
   *
   * @throws IllegalStateException if the calling thread runs no task
   */
  public static TaskRun current() {
    TaskRun run = find();
    if (run == null) {
      throw new IllegalStateException(
          "No task runs on thread '%s'; call this inside the body of a task, on its own thread."
              .formatted(Thread.currentThread().getName()));
    }
    return run;
  }

  static @Nullable TaskRun find() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  <T extends @Nullable Object> T attempt(int number, Callable<? extends T> body) throws Exception {
    attempt = number;
    Callable<? extends T> work = task.engine.followed ? followed(body) : body;
    return ScopedValue.where(CURRENT, this).<T, Exception>call(() -> task.context.<T>call(work));
  }

  /** Where nothing is carried and nobody follows, nothing in between costs memory while parked. */
  private <T extends @Nullable Object> Callable<? extends T> followed(Callable<? extends T> body) {
    if (task.context.carries()) {
      return () -> Step.<T, Exception>around(task.engine.follow(this), body::call);
    }
    Step step = task.engine.follow(this);
    return step == null ? body : () -> Step.<T, Exception>around(step, body::call);
  }

  /** The name under which the task was submitted. */
  public String name() {
    return task.name();
  }

  /** The task's number, as in {@link TaskHandle#id()}. */
  public long id() {
    return task.id();
  }

  /** Its share of the bulkhead's permits. */
  public Priority priority() {
    return task.task.priority();
  }

  /** The bulkhead whose permit it holds; empty if it needs none. */
  public Optional<String> bulkhead() {
    return task.task.bulkhead();
  }

  /** How long the task waited from its submission to the start of its first try. */
  public Duration waited() {
    return Duration.ofNanos(Math.max(0, startedAt - task.submittedAt()));
  }

  /** Which try this is, from 1. */
  public int attempt() {
    return attempt;
  }

  /** The moment by which the task must have ended; {@link Deadline#NONE} if it has all the time. */
  public Deadline deadline() {
    return task.context.deadline();
  }

  /** Whether the task was cancelled, so that whatever the body still does is for nobody. */
  public boolean isCancelled() {
    return task.isStopped();
  }

  /**
   * Says how far the task has come; {@link TaskHandle#progress()} shows it until the next word.
   *
   * @param fraction of the whole, 0 to 1
   * @param message what it does now
   * @throws IllegalArgumentException if the fraction is not a number from 0 to 1
   */
  public void progress(double fraction, String message) {
    progress = new Progress(fraction, Objects.requireNonNull(message, "message"));
  }

  Progress progress() {
    Progress last = progress;
    return last == null ? Progress.NONE : last;
  }

  /** How long the body has run, or ran. */
  long ranNanos() {
    return ended ? ranNanos : task.engine.nanos() - startedAt;
  }

  long ends() {
    ranNanos = Math.max(0, task.engine.nanos() - startedAt);
    ended = true;
    return ranNanos;
  }

  boolean hasEnded() {
    return ended;
  }

  @Nullable Thread thread() {
    return thread;
  }

  /** A handle that is kept for its result does not keep the thread alive. */
  void letGo() {
    thread = null;
  }

  @Override
  public String toString() {
    return task.toString();
  }
}
