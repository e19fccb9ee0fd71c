package dev.weir.gate;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A caller that parks its thread until it is told. */
final class ParkedWaiter extends Waiter {

  private final Thread thread = Thread.currentThread();
  private volatile boolean told;
  private volatile @Nullable AdmissionRejectedException refusal;

  /** Parks until told, until the deadline has passed or until interrupted; true once told. */
  boolean await(Deadline deadline) {
    while (!told) {
      long left = deadline.remainingNanos();
      if (left == 0 || thread.isInterrupted()) {
        return told;
      }
      LockSupport.parkNanos(this, left);
    }
    return true;
  }

  /** Parks until told, whatever else happens: used when the word is already on its way. */
  void awaitWord() {
    boolean interrupted = false;
    while (!told) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      thread.interrupt();
    }
  }

  void throwIfRefused() {
    AdmissionRejectedException no = refusal;
    if (no != null) {
      throw no;
    }
  }

  @Override
  protected void admitted() {
    told = true;
    LockSupport.unpark(thread);
  }

  @Override
  protected void refused(AdmissionRejectedException refusal) {
    this.refusal = refusal;
    told = true;
    LockSupport.unpark(thread);
  }
}
