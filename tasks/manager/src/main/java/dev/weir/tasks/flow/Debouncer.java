package dev.weir.tasks.flow;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.Ticker;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.SystemTasks;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run for many calls: a call for a key makes its job run once nobody has called for that key
 * for a while, and at the latest a longest wait after the first call.
 *
 * <p>Never do two runs of a key overlap: what is called for during a run is owed, and starts after
 * it. A run has no caller, so it has no caller's deadline and context. One that the manager refuses
 * because a queue is full is tried again after another quiet while; a job that fails is the task's
 * failure, and is not. Safe for use by many threads.
 *
 * @param <K> what calls are told apart by, with {@code equals} and {@code hashCode}
 */
public final class Debouncer<K> implements AutoCloseable {

  /**
   * What is to be done for a key.
   *
   * @param <K> the key
   */
  @FunctionalInterface
  public interface KeyedJob<K> {
    /**
     * Does the work.
     *
     * @throws Exception whatever it fails with; logged and counted as a task's failure is
     */
    void run(K key) throws Exception;
  }

  private final BackgroundTaskManager tasks;
  private final ScheduledExecutorService timer;
  private final Ticker ticker;
  private final Debounce how;
  private final KeyedJob<? super K> job;
  private final ConcurrentHashMap<K, Calls> called = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private Debouncer(
      BackgroundTaskManager tasks, SystemTasks system, Debounce how, KeyedJob<? super K> job) {
    this.tasks = Objects.requireNonNull(tasks, "tasks");
    this.timer = system.timer();
    this.ticker = system.ticker();
    this.how = Objects.requireNonNull(how, "how");
    this.job = Objects.requireNonNull(job, "job");
  }

  /**
   * Opens it over a manager.
   *
   * @param system whose timer it waits on
   */
  public static <K> Debouncer<K> open(
      BackgroundTaskManager tasks, SystemTasks system, Debounce how, KeyedJob<? super K> job) {
    return new Debouncer<>(tasks, system, how, job);
  }

  /**
   * Asks for a run of this key. Returns at once.
   *
   * @throws IllegalStateException if this is closed
   */
  public void call(K key) {
    Objects.requireNonNull(key, "key");
    if (closed) {
      throw new IllegalStateException(
          "The debouncer of task '%s' is closed and takes no call for %s."
              .formatted(how.task().name(), key));
    }
    long now = ticker.nanos();
    boolean noted = false;
    while (!noted) {
      noted = called.computeIfAbsent(key, Calls::new).note(now);
    }
  }

  /** How many keys wait for their run. */
  public int waiting() {
    return (int) called.values().stream().filter(Calls::isOwed).count();
  }

  /** Starts at once what waits, without its quiet; what is owed to a run under way follows it. */
  public void flush() {
    called.values().forEach(Calls::startIfOwed);
  }

  /** Takes no further call, and starts what waits as {@link #flush()} does. Waits for nothing. */
  @Override
  public void close() {
    closed = true;
    flush();
  }

  /** The calls for one key since its last run began. */
  private final class Calls implements Roster.Watch {

    private final K key;
    private final Roster roster = new Roster(tasks, this);
    private @Nullable Future<?> nextLook;
    private long first;
    private long last;
    private boolean owed;
    private boolean running;
    private boolean forgotten;

    Calls(K key) {
      this.key = key;
    }

    /** False if this has just been forgotten, and another must take the call. */
    synchronized boolean note(long now) {
      if (forgotten) {
        return false;
      }
      last = now;
      if (!owed) {
        first = now;
        if (!running) {
          lookAfter(how.quiet().toNanos());
        }
        owed = true;
      }
      return true;
    }

    synchronized boolean isOwed() {
      return owed;
    }

    private void lookAfter(long nanos) {
      if (nextLook != null) {
        nextLook.cancel(false);
      }
      nextLook = timer.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
      if (isDue()) {
        startIfOwed();
      }
    }

    private synchronized boolean isDue() {
      long left = untilDue();
      if (owed && !running && left > 0) {
        lookAfter(left);
      }
      return left <= 0;
    }

    private long untilDue() {
      long now = ticker.nanos();
      return closed
          ? 0
          : Math.min(how.quiet().toNanos() - (now - last), how.maxWait().toNanos() - (now - first));
    }

    private void startIfOwed() {
      synchronized (this) {
        if (!owed || running) {
          return;
        }
        owed = false;
        running = true;
      }
      try {
        Deadline.NONE.run(() -> roster.<@Nullable Void>submit(how.task(), this::run));
      } catch (AdmissionRejectedException refusal) {
        refused(refusal.reason());
      } catch (Throwable failure) {
        synchronized (this) {
          running = false;
        }
        throw failure;
      }
    }

    private @Nullable Void run() throws Exception {
      job.run(key);
      return null;
    }

    private synchronized void refused(AdmissionRejectedException.Reason reason) {
      running = false;
      if (reason == AdmissionRejectedException.Reason.CLOSED) {
        forget();
      } else {
        owed = true;
        lookAfter(how.quiet().toNanos());
      }
    }

    private void forget() {
      forgotten = true;
      called.remove(key, this);
    }

    @Override
    public void began() {}

    @Override
    public void done(Member<?> run) {}

    /** Only when the body has ended, deaf or not: the next run must not overlap it. */
    @Override
    public synchronized void over(Member<?> run) {
      running = false;
      if (owed) {
        lookAfter(Math.max(0, untilDue()));
      } else {
        forget();
      }
    }
  }
}
