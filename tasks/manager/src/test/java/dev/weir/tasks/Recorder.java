package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Writes down what a listener is told. */
final class Recorder implements TaskListener {

  final List<String> lines = new CopyOnWriteArrayList<>();

  @Override
  public void submitted(String name) {
    lines.add("submitted " + name);
  }

  @Override
  public void started(String name, long waitNanos) {
    lines.add("started " + name + " " + waitNanos);
  }

  @Override
  public void finished(String name, Outcome outcome, long runNanos, @Nullable Throwable failure) {
    lines.add("finished " + name + " " + outcome + " " + runNanos);
    if (failure != null) {
      lines.add("thrown " + name + " " + failure);
    }
  }

  @Override
  public void rejected(String name, AdmissionRejectedException.Reason reason) {
    lines.add("rejected " + name + " " + reason);
  }

  @Override
  public void retrying(String name, int failed, Throwable failure) {
    lines.add("retrying " + name + " " + failed);
  }

  @Override
  public void stuck(StuckTask task) {
    lines.add("stuck " + task.task().name() + " " + task.attempt());
  }
}
