package dev.weir.monitoring.slo;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.pool.PoolListener;
import dev.weir.tasks.TaskListener;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings what pool and tasks tell to the objectives. Safe for use by many threads. */
final class Feeds {

  private Feeds() {}

  /** For lanes; asks for the ends of sessions only if there is a lane to count. */
  record OfSessions(Map<String, Operation> lanes) implements PoolListener {

    @Override
    public boolean wantsSessionEnds() {
      return !lanes.isEmpty();
    }

    @Override
    public void sessionEnded(String lane, long nanos, @Nullable Throwable failure) {
      Operation counted = lanes.get(lane);
      if (counted != null) {
        counted.record(nanos, failure == null);
      }
    }
  }

  /** For tasks: what was cancelled is nobody's failure, what was refused is one. */
  record OfTasks(Map<String, Operation> tasks) implements TaskListener {

    @Override
    public void finished(String name, Outcome outcome, long runNanos, @Nullable Throwable failure) {
      Operation counted = tasks.get(name);
      if (counted != null && outcome != Outcome.CANCELLED) {
        counted.record(runNanos, outcome == Outcome.SUCCEEDED);
      }
    }

    @Override
    public void rejected(String name, AdmissionRejectedException.Reason reason) {
      Operation counted = tasks.get(name);
      if (counted != null) {
        counted.record(0, false);
      }
    }
  }
}
