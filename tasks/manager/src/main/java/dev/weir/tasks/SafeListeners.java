package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.tasks.spi.Step;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners; what one throws reaches neither the tasks nor the other listeners. */
final class SafeListeners implements TaskListener {

  private static final Logger log = LoggerFactory.getLogger(SafeListeners.class);

  private final Guarded[] all;
  private final Guarded[] followers;

  SafeListeners(List<TaskListener> listeners) {
    all =
        listeners.stream().map(it -> new Guarded(it, new AtomicBoolean())).toArray(Guarded[]::new);
    followers = Arrays.stream(all).filter(Guarded::follows).toArray(Guarded[]::new);
  }

  @Override
  public boolean follows() {
    return followers.length > 0;
  }

  @Override
  public @Nullable Step running(TaskRun run) {
    Step followed = null;
    for (Guarded it : followers) {
      try {
        Step step = it.listener.running(run);
        followed = step == null ? followed : Step.safely(step, followed, it::failed);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
    return followed;
  }

  @Override
  public void late(String name, Duration lateness) {
    for (Guarded it : all) {
      try {
        it.listener.late(name, lateness);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
  }

  @Override
  public void buried(String name) {
    for (Guarded it : all) {
      try {
        it.listener.buried(name);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
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
  public void finished(String name, Outcome outcome, long runNanos, @Nullable Throwable thrown) {
    for (Guarded it : all) {
      try {
        it.listener.finished(name, outcome, runNanos, thrown);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
  }

  @Override
  public void retrying(String name, int failed, Throwable thrown) {
    for (Guarded it : all) {
      try {
        it.listener.retrying(name, failed, thrown);
      } catch (Throwable failure) {
        it.failed(failure);
      }
    }
  }

  @Override
  public void stuck(StuckTask task) {
    for (Guarded it : all) {
      try {
        it.listener.stuck(task);
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
    boolean follows() {
      try {
        return listener.follows();
      } catch (Throwable failure) {
        failed(failure);
        return false;
      }
    }

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
