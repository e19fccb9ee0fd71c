package dev.weir.tasks.event.queue;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of items between those who offer and those who handle. Safe for use by many
 * threads on both sides; nothing here waits.
 */
public sealed interface Backlog permits SharedBacklog, KeyedBacklog {

  /** Puts an item behind all that wait, and wakes a sleeper for it; false if there is no room. */
  boolean offer(Object item);

  /**
   * Takes items and handles each, on this thread.
   *
   * @param hand what is taken at once lies there, until it is handled
   * @param handler must not throw
   * @return whether there was one
   */
  boolean drain(Hand hand, Consumer<Object> handler);

  /**
   * Takes the oldest item out, to make room for another.
   *
   * @param beside the item that wants in, or null to take whatever there is
   * @return null if nothing could be taken now
   */
  @Nullable Object takeOldest(@Nullable Object beside);

  /** Whether nothing waits that could be begun now. */
  boolean isEmpty();

  /** How many items wait now. */
  int size();

  /** How many may wait at most. */
  int capacity();
}
