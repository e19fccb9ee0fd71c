package dev.weir.gate;

import java.util.concurrent.locks.LockSupport;

/** A caller that parks its thread until it is told. */
final class ParkedWaiter extends Waiter {

  private final Thread thread = Thread.currentThread();
  private final Deadline deadline;
  private volatile boolean told;

  /** Guarded by the gate's lock while it is queued. */
  private long budget;

  ParkedWaiter(Deadline deadline) {
    this.deadline = deadline;
  }

  @Override
  long budgetNanos() {
    budget = deadline.remainingNanos();
    return budget;
  }

  @Override
  long budget() {
    return budget;
  }

  /** Parks until told, until the deadline has passed or until interrupted; true once told. */
  boolean await() {
    boolean woken = watched;
    while (!told) {
      long left = deadline.remainingNanos();
      if (left == 0 || thread.isInterrupted()) {
        return told;
      }
      if (woken) {
        LockSupport.park(this);
        woken = false; // once is the rule; whoever wakes it too soon does not cost it the deadline
      } else {
        LockSupport.parkNanos(this, left);
      }
    }
    return true;
  }

  @Override
  void overdue() {
    LockSupport.unpark(thread);
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

  /** Made on the thread that was refused, where its stack means something. */
  void throwIfRefused() {
    Refusal no = verdict;
    if (no != null) {
      throw no.exception();
    }
  }

  @Override
  protected void admitted() {
    told = true;
    LockSupport.unpark(thread);
  }

  @Override
  void turnedAway(Refusal no) {
    admitted();
  }

  @Override
  protected void refused(AdmissionRejectedException refusal) {
    throw new AssertionError("turnedAway is told instead", refusal);
  }
}
