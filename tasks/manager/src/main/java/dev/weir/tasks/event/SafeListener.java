package dev.weir.tasks.event;

import dev.weir.tasks.spi.Step;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners; what one throws reaches neither the bus nor the others. */
final class SafeListener {

  private static final Logger log = LoggerFactory.getLogger(EventBus.class);

  private record Guarded(EventListener listener, AtomicBoolean told) {}

  private final List<Guarded> all;
  private final Guarded[] followers;

  SafeListener(List<EventListener> listeners) {
    all = listeners.stream().map(it -> new Guarded(it, new AtomicBoolean())).toList();
    followers = all.stream().filter(it -> follows(it)).toArray(Guarded[]::new);
  }

  private static boolean follows(Guarded it) {
    try {
      return it.listener.follows();
    } catch (Throwable failure) {
      failed(it, failure);
      return false;
    }
  }

  /** Whether anybody follows events, so that each must ask {@link #handling}. */
  boolean isFollowed() {
    return followers.length > 0;
  }

  @Nullable Step handling(String subscriber, Object event) {
    Step followed = null;
    for (Guarded it : followers) {
      try {
        Step step = it.listener.handling(subscriber, event);
        followed = step == null ? followed : Step.safely(step, followed, why -> failed(it, why));
      } catch (Throwable failure) {
        failed(it, failure);
      }
    }
    return followed;
  }

  void tell(Consumer<EventListener> word) {
    for (Guarded it : all) {
      try {
        word.accept(it.listener);
      } catch (Throwable failure) {
        failed(it, failure);
      }
    }
  }

  private static void failed(Guarded it, Throwable failure) {
    if (it.told.compareAndSet(false, true)) {
      log.warn(
          "Event listener {} failed; its later failures are not logged",
          it.listener.getClass().getName(),
          failure);
    }
  }
}
