package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException.Reason;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners; what one throws reaches neither the tasks nor the other listeners. */
final class SafeListeners implements TaskListener {

  private static final Logger log = LoggerFactory.getLogger(SafeListeners.class);

  private final List<Guarded> all;

  SafeListeners(List<TaskListener> listeners) {
    all = listeners.stream().map(it -> new Guarded(it, new AtomicBoolean())).toList();
  }

  @Override
  public void submitted(String name) {
    for (Guarded it : all) {
      try {
        it.listener.submitted(name);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
  }

  @Override
  public void started(String name, long waitNanos) {
    for (Guarded it : all) {
      try {
        it.listener.started(name, waitNanos);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
  }

  @Override
  public void finished(String name, Outcome outcome, long runNanos) {
    for (Guarded it : all) {
      try {
        it.listener.finished(name, outcome, runNanos);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
  }

  @Override
  public void rejected(String name, Reason reason) {
    for (Guarded it : all) {
      try {
        it.listener.rejected(name, reason);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
  }

  private record Guarded(TaskListener listener, AtomicBoolean told) {
    void failed(Throwable failure) {
      if (told.compareAndSet(false, true)) {
        log.warn(
            "Task listener {} failed; its later failures are not logged",
            listener.getClass().getName(),
            failure);
      }
    }
  }
}
