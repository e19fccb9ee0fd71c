package dev.weir.tasks.event;

import dev.weir.tasks.spi.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Told what is out of the ordinary on a bus, on the thread on which it happens: must be safe for
 * use by many threads and short. What it throws is ignored but for one line in the log. Figures of
 * all that is ordinary are in {@link EventBus#snapshot()}.
 */
public interface EventListener {

  /**
   * Whether {@link #handling} is to be called: asked once, when the bus opens, so that a listener
   * who follows nothing costs nothing.
   */
  default boolean follows() {
    return false;
  }

  /**
   * A subscriber is about to handle an event, on this thread, with all that its carriers carry
   * around it.
   *
   * @return ended when it has handled the event; null if nobody follows that
   */
  default @Nullable Step handling(String subscriber, Object event) {
    return null;
  }

  /** A subscriber threw. */
  default void failed(String subscriber, Object event, Throwable failure) {}

  /** A subscriber was not given an event. */
  default void dropped(String subscriber, Object event, DropReason reason) {}

  /** A subscriber took so long for an event; told of every 64th. */
  default void took(String subscriber, Duration time) {}

  /** A subscriber failed too often and gets no events for a while, or gets them again. */
  default void isolated(String subscriber, boolean isolated) {}

  /** A subscriber's events are handled by another number of threads from now on. */
  default void scaled(String subscriber, int workers) {}
}
