package dev.weir.pool.line;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The early end of one call: why, and how it went. The call's own thread and the watchdog agree
 * through it on whether the socket lives. Safe for use by several threads.
 */
public final class Stop {

  /** Why a call is to end. */
  public enum Reason {
    /** Its time is over. */
    DEADLINE,
    /** Its virtual thread was interrupted. */
    INTERRUPT,
    /** Another thread has closed the connection. */
    CLOSE
  }

  private enum State {
    PENDING,
    ANSWERED,
    CUT
  }

  private final Reason reason;
  private final long allowedNanos;
  private final long cutAt;

  /** Guarded by this, as all that follows. */
  private State state = State.PENDING;

  private boolean cancelling;

  Stop(Reason reason, long allowedNanos, long cutAt) {
    this.reason = reason;
    this.allowedNanos = allowedNanos;
    this.cutAt = cutAt;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The time the call had from its beginning; about 292 years if it was not bounded. */
  public Duration allowed() {
    return Duration.ofNanos(allowedNanos);
  }

  /** Whether the socket was closed with it. */
  public boolean isCut() {
    return is(State.CUT);
  }

  private synchronized boolean is(State asked) {
    return state == asked;
  }

  long cutAt() {
    return cutAt;
  }

  boolean isPending() {
    return is(State.PENDING);
  }

  /** The server has answered; false if the socket was closed before. */
  boolean answered() {
    return end(State.ANSWERED);
  }

  /** The socket is to be closed; false if the server has answered before. */
  boolean cut() {
    return end(State.CUT);
  }

  private synchronized boolean end(State how) {
    if (state != State.PENDING) {
      return false;
    }
    state = how;
    notifyAll();
    return true;
  }

  /** The socket is closed although the server has answered. */
  synchronized void cutAfterAll() {
    state = State.CUT;
  }

  /** A cancel is about to be sent; false if there is nothing to cancel any more. */
  synchronized boolean beginCancel() {
    cancelling = state == State.PENDING;
    return cancelling;
  }

  /** The cancel has been dealt with, or can no longer be. */
  synchronized void endCancel() {
    cancelling = false;
    notifyAll();
  }

  /** Waits until the call has ended or so much time has passed; false in the second case. */
  boolean awaitEnd(long nanos) {
    return await(() -> state != State.PENDING, nanos);
  }

  /** Waits until no cancel is on its way; false if so much time has passed before. */
  boolean awaitNoCancel(long nanos) {
    return await(() -> !cancelling, nanos);
  }

  /** An interrupt does not end the wait, and is kept. */
  private synchronized boolean await(BooleanSupplier condition, long nanos) {
    long end = System.nanoTime() + nanos;
    boolean interrupted = false;
    while (!condition.getAsBoolean() && end - System.nanoTime() > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return condition.getAsBoolean();
  }
}
