package dev.weir.monitoring;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One run of a monitor, from its request to its end. */
final class Check {

  final long startedAt;

  /** Done once the run has ended, however. */
  final CompletableFuture<Boolean> over = new CompletableFuture<>();

  private @Nullable Thread thread;
  private boolean interrupted;
  private boolean ended;

  Check(long startedAt) {
    this.startedAt = startedAt;
  }

  synchronized void begin() {
    thread = Thread.currentThread();
  }

  /** Interrupts the run if it is still going; from then on it is overdue. */
  synchronized boolean interrupt() {
    if (ended || thread == null) {
      return false;
    }
    interrupted = true;
    thread.interrupt();
    return true;
  }

  synchronized boolean isOverdue() {
    return interrupted;
  }

  /** Called on the run's own thread; an interrupt that came too late does not outlive the run. */
  synchronized void end() {
    ended = true;
    if (interrupted) {
      Thread.interrupted();
    }
  }
}
