package dev.weir.tasks.event;

/**
 * Handles events. What it throws is counted, logged and told to listeners, and hurts neither the
 * publisher nor other subscribers.
 *
 * @param <E> what it hears of
 */
@FunctionalInterface
public interface Subscriber<E> {

  /** Something happened. */
  void on(E event) throws Exception;
}
