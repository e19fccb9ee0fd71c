package dev.weir.gate;

import org.jspecify.annotations.Nullable;

/**
 * One caller in a lane's queue: it is told once, that it was admitted or that it was refused.
 *
 * <p>Subclass it to be called back instead of parking a thread. Both calls come from the thread
 * that gave the permit back, lowered the limit or closed the gate, outside the gate's lock; they
 * must be short and must not throw. A waiter stands in one queue, once.
 */
public abstract class Waiter {

  /** The queue it stands in now; guarded by the gate's lock, as the links are. */
  @Nullable WaitQueue queue;

  boolean used;
  @Nullable Waiter previous;
  @Nullable Waiter next;

  /** For subclasses. */
  protected Waiter() {}

  /** The permit is this waiter's now; it must be given back by {@link Lane#release()}. */
  protected abstract void admitted();

  /** There will be no permit: the gate was closed. */
  protected abstract void refused(AdmissionRejectedException refusal);
}
