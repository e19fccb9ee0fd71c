package dev.weir.monitoring.alert;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.SystemTasks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener with the words that wait for it: told on a task of its own, which lives as long as
 * there is something to tell. Safe for use by many threads.
 */
final class Outlet {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring.alert");
  private static final int MOST = 256;

  private final AlertListener listener;
  private final SystemTasks system;
  private final Deque<AlertReport> waiting = new ArrayDeque<>();
  private boolean telling;
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  Outlet(AlertListener listener, SystemTasks system) {
    this.listener = listener;
    this.system = system;
  }

  void tell(AlertReport alert) {
    boolean begin;
    synchronized (waiting) {
      if (waiting.size() >= MOST) {
        waiting.poll();
        dropped.incrementAndGet();
      }
      waiting.add(alert);
      begin = !telling;
      telling = true;
    }
    if (begin) {
      begin();
    }
  }

  private void begin() {
    try {
      system.submit("alert listener", this::tellAll);
    } catch (AdmissionRejectedException _) {
      dropped.addAndGet(forget()); // the end of the service: nobody is told any more
    }
  }

  private int forget() {
    synchronized (waiting) {
      int all = waiting.size();
      waiting.clear();
      telling = false;
      return all;
    }
  }

  private @Nullable Void tellAll() {
    for (AlertReport next = next(); next != null; next = next()) {
      try {
        if (next.state() == AlertState.RESOLVED) {
          listener.resolved(next);
        } else {
          listener.fired(next);
        }
      } catch (Throwable failure) { // an Error of one listener must not silence it for ever
        failed(failure);
      }
    }
    return null;
  }

  private @Nullable AlertReport next() {
    synchronized (waiting) {
      AlertReport next = waiting.poll();
      telling = next != null;
      return next;
    }
  }

  private void failed(Throwable failure) {
    if (failures.incrementAndGet() == 1) {
      LOG.warn(
          "Alert listener {} threw; it is called again, but this is logged only once.",
          listener.getClass().getName(),
          failure);
    }
  }

  long failures() {
    return failures.get();
  }

  long dropped() {
    return dropped.get();
  }
}
