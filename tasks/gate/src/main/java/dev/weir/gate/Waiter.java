package dev.weir.gate;

import org.jspecify.annotations.Nullable;

/**
 * One caller in a lane's queue: it is told once, that it was admitted or that it was refused.
 *
 * <p>Subclass it to be called back instead of parking a thread. Both calls come from the thread
 * that gave the permit back, came to the queue, changed the limit or closed the gate, outside the
 * gate's lock; they must be short and must not throw. A waiter stands in one queue, once.
 */
public abstract class Waiter {

  // All guarded by the gate's lock while the waiter is queued.
  /** The queue it stands in now. */
  @Nullable WaitQueue queue;

  @Nullable Waiter previous;
  @Nullable Waiter next;
  boolean used;

  /** When it came, by the gate's clock. */
  long since;

  /**
   * Its place among all that ever waited in the lane, which may begin again from below; two may
   * have come at the same time.
   */
  int number;

  /** Whether it is woken when its time is over; written before it waits. */
  boolean watched;

  /** What it will be told; null once admitted. */
  @Nullable Refusal verdict;

  /** For subclasses. */
  protected Waiter() {}

  /**
   * How much time it brings from now on, in nanoseconds; {@link Long#MAX_VALUE}: any. Called once,
   * when it comes to the queue, under the lock; {@link #budget()} then remembers it.
   */
  long budgetNanos() {
    return Long.MAX_VALUE;
  }

  /** How much time it brought. Not a field here: there may be a million that bring any. */
  long budget() {
    return Long.MAX_VALUE;
  }

  /** Whether it came before the other, which waits in the same lane. */
  final boolean cameBefore(Waiter other) {
    return number - other.number < 0;
  }

  /** Its time is over, or nearly so. Outside the lock. */
  void overdue() {}

  /** Tells this one and all that are chained behind it. Outside the lock. */
  static void tellAll(@Nullable Waiter chain) {
    for (Waiter one = chain; one != null; ) {
      Waiter following = one.next;
      one.next = null;
      one.tell();
      one = following;
    }
  }

  private void tell() {
    Refusal no = verdict;
    if (no == null) {
      admitted();
    } else {
      turnedAway(no);
    }
  }

  /** Makes the exception where it is told; one that parks makes it on its own thread. */
  void turnedAway(Refusal no) {
    refused(no.exception());
  }

  /** The permit is this waiter's now; it must be given back by {@link Lane#release()}. */
  protected abstract void admitted();

  /** There will be no permit. */
  protected abstract void refused(AdmissionRejectedException refusal);
}
