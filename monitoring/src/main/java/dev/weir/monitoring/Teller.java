package dev.weir.monitoring;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.SystemTasks;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of changes, one after the other, on no thread of those who bring them. */
final class Teller {

  private static final Logger LOG = LoggerFactory.getLogger(HealthRegistry.class);
  private static final String TASK = "health-listeners";

  private final SystemTasks system;
  private final List<HealthListener> listeners;
  private final BlockingQueue<HealthChange> waiting = new ArrayBlockingQueue<>(HealthListener.KEPT);
  private final AtomicInteger unheard = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();

  Teller(SystemTasks system, List<? extends HealthListener> listeners) {
    this.system = system;
    this.listeners = List.copyOf(listeners);
  }

  void tell(HealthChange change) {
    if (listeners.isEmpty()) {
      return;
    }
    if (!waiting.offer(change)) {
      LOG.warn(
          "A health listener takes so long that {} changes were not told so far, now that of '{}'"
              + " from {} to {}; let listeners hand slow work to a task.",
          lost.incrementAndGet(),
          change.monitor(),
          change.from(),
          change.to());
    } else if (unheard.getAndIncrement() == 0) {
      begin();
    }
  }

  private void begin() {
    try {
      system.submit(TASK, this::tellAll);
    } catch (AdmissionRejectedException closed) {
      LOG.debug("Changes of health are not told any more: {}", closed.getMessage());
    }
  }

  /** One run at a time: whoever counts up from zero starts it, and it ends at zero. */
  private boolean tellAll() {
    do {
      HealthChange change = waiting.poll();
      if (change != null) {
        listeners.forEach(listener -> tell(listener, change));
      }
    } while (unheard.decrementAndGet() > 0);
    return true;
  }

  private static void tell(HealthListener listener, HealthChange change) {
    try {
      listener.changed(change);
    } catch (Throwable failure) {
      LOG.warn("A health listener failed at {}.", change, failure);
    }
  }
}
