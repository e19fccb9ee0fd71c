package dev.weir.tasks.event;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * How a subscriber is given its events. Immutable; the withers return a changed copy.
 *
 * @param <E> what it may be used for
 */
public sealed interface Delivery<E> {

  /** What the subscriber is called in threads, logs and figures. */
  String name();

  /** On the thread that publishes, before {@code publish} returns. */
  static Sync sync(String name) {
    return new Sync(name, 0);
  }

  /** On a thread of its own behind a queue of its own, one after the other, in order. */
  static Async<Object> async(String name) {
    return new Async<>(
        name,
        OptionalInt.empty(),
        Overflow.dropNewest(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        false);
  }

  private static void requireName(String name) {
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException("a subscriber's name must not be blank");
    }
  }

  /**
   * On the publisher's thread.
   *
   * @param priority those with more come first, equal ones in the order of their subscription
   */
  record Sync(String name, int priority) implements Delivery<Object> {

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public Sync {
      requireName(name);
    }

    /** The same with another priority. */
    public Sync priority(int priority) {
      return new Sync(name, priority);
    }
  }

  /**
   * Behind a queue.
   *
   * @param queue events that may wait; empty for what the settings say
   * @param overflow what happens when it is full
   * @param workers how many events are handled at once; empty for one, or for what the settings say
   *     if it is concurrent
   * @param key what events have in common that must stay in order
   * @param parallel whether events may be handled at once
   * @param timeout how long one event may take; empty for what the settings say
   * @param leavesDeadline whether the publisher's deadline stays behind
   */
  record Async<E>(
      String name,
      OptionalInt queue,
      Overflow overflow,
      Optional<Workers> workers,
      Optional<Function<? super E, ?>> key,
      boolean parallel,
      Optional<Duration> timeout,
      boolean leavesDeadline)
      implements Delivery<E> {

    /**
     * Checks the figures.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public Async {
      requireName(name);
      Objects.requireNonNull(overflow, "overflow");
      if (queue.isPresent() && (queue.getAsInt() < 1 || queue.getAsInt() > 1_000_000)) {
        throw new IllegalArgumentException(
            "subscriber '%s': queue = %d must be 1 to 1000000".formatted(name, queue.getAsInt()));
      }
      if (timeout.isPresent() && !timeout.get().isPositive()) {
        throw new IllegalArgumentException(
            "subscriber '%s': timeout = %s must be positive".formatted(name, timeout.get()));
      }
    }

    /** The same with another bound of its queue. */
    public Async<E> queue(int queue) {
      return new Async<>(
          name, OptionalInt.of(queue), overflow, workers, key, parallel, timeout, leavesDeadline);
    }

    /** The same with another policy for when its queue is full. */
    public Async<E> overflow(Overflow overflow) {
      return new Async<>(name, queue, overflow, workers, key, parallel, timeout, leavesDeadline);
    }

    /** The same, many events at once and in no order, by as many workers as the settings say. */
    public Async<E> concurrent() {
      return new Async<>(name, queue, overflow, workers, key, true, timeout, leavesDeadline);
    }

    /** As {@link #concurrent()}, by so many workers. */
    public Async<E> concurrent(int min, int max) {
      return new Async<>(
          name,
          queue,
          overflow,
          Optional.of(new Workers(min, max)),
          key,
          true,
          timeout,
          leavesDeadline);
    }

    /**
     * As {@link #concurrent()}, but events of the same key in order and never two at once.
     *
     * @param key called on the publisher's thread, so it must be quick; null is a key like any
     *     other
     */
    public <F extends E> Async<F> inOrderOf(Function<? super F, ?> key) {
      return new Async<>(
          name, queue, overflow, workers, Optional.of(key), true, timeout, leavesDeadline);
    }

    /** The same with another time for one event. */
    public Async<E> timeout(Duration timeout) {
      return new Async<>(
          name, queue, overflow, workers, key, parallel, Optional.of(timeout), leavesDeadline);
    }

    /**
     * The same, but the publisher's deadline does not follow its events. Otherwise an event that
     * has waited past that deadline is dropped, as a task would be.
     */
    public Async<E> detached() {
      return new Async<>(name, queue, overflow, workers, key, parallel, timeout, true);
    }

    Workers workers(EventSettings settings) {
      return parallel ? workers.orElse(settings.workers()) : Workers.ONE;
    }
  }
}
