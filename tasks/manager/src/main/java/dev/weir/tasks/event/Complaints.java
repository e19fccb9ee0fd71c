package dev.weir.tasks.event;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log is told of one subscriber: its first failure at once, then at each look at the bus
 * how many more there were, and how many events it was not given.
 */
final class Complaints {

  private static final Logger log = LoggerFactory.getLogger(EventBus.class);

  private final String subscriber;
  private final AtomicBoolean said = new AtomicBoolean();
  private final LongAdder unsaid = new LongAdder();
  private final LongAdder lost = new LongAdder();

  Complaints(String subscriber) {
    this.subscriber = subscriber;
  }

  void failed(Object event, Throwable failure) {
    if (said.compareAndSet(false, true)) {
      log.warn("Subscriber '{}' failed on an event of {}", subscriber, event.getClass(), failure);
    } else {
      unsaid.increment();
    }
  }

  void lost() {
    lost.increment();
  }

  /** A look at the bus; after one without a failure, the next failure is told at once again. */
  void look() {
    long more = unsaid.sumThenReset();
    if (more > 0) {
      log.warn("Subscriber '{}' failed {} more times; those are not shown", subscriber, more);
    } else {
      said.set(false);
    }
    long gone = lost.sumThenReset();
    if (gone > 0) {
      log.warn(
          "Subscriber '{}' was not given {} events since the last look; its snapshot says why",
          subscriber,
          gone);
    }
  }
}
