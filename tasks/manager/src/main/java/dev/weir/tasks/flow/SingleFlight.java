package dev.weir.tasks.flow;

import dev.weir.gate.Deadline;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One load for all who ask for the same key at the same time.
 *
 * <p>The first caller's ask starts a task; whoever asks while that is under way waits for the same
 * one, and all get its result or its exception. The load belongs to none of them: a caller whose
 * deadline passes or who is interrupted leaves, and the load goes on for the others, by the task's
 * own deadline alone. Nothing is remembered: once a load has ended, well or not, the next ask
 * starts another. Safe for use by many threads. After Go's {@code singleflight}.
 *
 * @param <K> what is asked for, with {@code equals} and {@code hashCode}
 * @param <V> what is loaded
 */
public final class SingleFlight<K, V extends @Nullable Object> {

  /**
   * Loads a value.
   *
   * @param <K> what is asked for
   * @param <V> what is loaded
   */
  @FunctionalInterface
  public interface Loader<K, V extends @Nullable Object> {
    /**
     * Does the work on the thread of the load's task.
     *
     * @throws Exception whatever it fails with; every caller gets it as the cause of a {@link
     *     dev.weir.tasks.TaskFailedException}
     */
    V load(K key) throws Exception;
  }

  /** The load that the calling thread's code is part of. */
  private static final ScopedValue<Flight<?>> LOADING = ScopedValue.newInstance();

  private final BackgroundTaskManager tasks;
  private final Task task;
  private final Loader<? super K, ? extends V> loader;
  private final Flights<K, V> flights = new Flights<>();

  private SingleFlight(
      BackgroundTaskManager tasks, Task task, Loader<? super K, ? extends V> loader) {
    this.tasks = Objects.requireNonNull(tasks, "tasks");
    this.task = Objects.requireNonNull(task, "task");
    this.loader = Objects.requireNonNull(loader, "loader");
    if (task.dedupKey().isPresent()) {
      throw new IllegalArgumentException(
          "task '%s' has the dedup key '%s', which would make one load of all keys; leave it out."
              .formatted(task.name(), task.dedupKey().get()));
    }
  }

  /**
   * Opens it over a manager.
   *
   * @param task how each load runs
   * @throws IllegalArgumentException if the task has a dedup key
   */
  public static <K, V extends @Nullable Object> SingleFlight<K, V> open(
      BackgroundTaskManager tasks, Task task, Loader<? super K, ? extends V> loader) {
    return new SingleFlight<>(tasks, task, loader);
  }

  /**
   * What is loaded for this key; waits at most until {@link Deadline#current()}.
   *
   * @throws dev.weir.tasks.TaskException as {@link TaskHandle#await()} does
   * @throws dev.weir.gate.AdmissionRejectedException if the manager refuses the load, to every
   *     caller that waited for it
   * @throws IllegalStateException if a load asks, on its own thread, for a result that waits for
   *     its own
   */
  public V get(K key) {
    Flight<V> flight = board(Objects.requireNonNull(key, "key"));
    if (!LOADING.isBound()) {
      return flight.handle().await();
    }
    Flight<?> own = LOADING.get();
    own.waitFor(flight);
    try {
      return flight.handle().await();
    } finally {
      own.waitForNone();
    }
  }

  /** How many loads are under way. */
  public int underWay() {
    return flights.underWay();
  }

  private Flight<V> board(K key) {
    Flight<V> flight = flights.find(key);
    if (flight != null) {
      return flight;
    }
    var fresh = new Flight<V>("%s of %s".formatted(task.name(), key));
    flight = flights.board(key, fresh);
    if (flight == fresh) {
      start(key, fresh);
    }
    return flight;
  }

  private void start(K key, Flight<V> flight) {
    try {
      TaskHandle<V> handle =
          Deadline.NONE.<TaskHandle<V>, RuntimeException>call(
              () -> tasks.submit(task, () -> load(key, flight)));
      var _ = handle.completion().whenComplete((_, _) -> flights.land(key, flight));
      flight.started(handle);
    } catch (Throwable refusal) {
      flights.land(key, flight);
      flight.refused(refusal);
    }
  }

  private V load(K key, Flight<V> flight) throws Exception {
    return ScopedValue.where(LOADING, flight).<V, Exception>call(() -> loader.load(key));
  }
}
