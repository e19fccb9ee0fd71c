package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.spi.Step;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happens in the pool: for telemetry.
 *
 * <p>Called on the caller's thread, so an implementation must be quick and safe for use by many
 * threads. What it throws is logged once and otherwise ignored.
 */
public interface PoolListener {

  /**
   * A caller was admitted after a wait; a caller that did not wait is counted by the gate alone.
   */
  default void waited(String lane, long nanos) {}

  /** A session was held that long: one in 64, chosen uniformly, is timed. */
  default void used(String lane, long nanos) {}

  /**
   * Whether {@link #sessionEnded} is to be called; asked once, when the pool is opened. If any
   * listener wants that, each session costs two readings of the clock more.
   */
  default boolean wantsSessionEnds() {
    return false;
  }

  /**
   * A caller was refused by the gate.
   *
   * @param waitNanos nanoseconds it had waited by then; 0 if it was refused at once
   */
  default void rejected(String lane, AdmissionRejectedException.Reason reason, long waitNanos) {}

  /**
   * Whether {@link #session}, {@link #transaction} and {@link #request} are to be called: asked
   * once, when the pool opens, so that a listener who follows nothing costs nothing.
   */
  default boolean follows() {
    return false;
  }

  /**
   * A session has ended, of all that are inside each other the outermost: {@code withSession},
   * {@code inTransaction}, {@code inRequest} and their like, whatever became of it. Connections of
   * data sources are not told of: nobody knows how their work ended.
   *
   * @param nanos nanoseconds from the call to its end, waits and further tries included
   * @param failure what the caller got in place of a result, a refusal too; null if it got one
   */
  default void sessionEnded(String lane, long nanos, @Nullable Throwable failure) {}

  /**
   * A session is about to be opened on this thread: an outermost one, inside no other and without a
   * transaction of its own.
   *
   * @return ended when the session has; null if nobody follows it
   */
  default @Nullable Step session(Access access) {
    return null;
  }

  /**
   * A transaction is about to be run on this thread, with all its tries; one that joins another is
   * not told of.
   *
   * @return noted at each try that follows, ended when the transaction has; null if nobody follows
   *     it
   */
  default @Nullable Step transaction(Access access) {
    return null;
  }

  /**
   * A request is about to be run on this thread, which will have one transaction if it wants a
   * session at all; one inside another is not told of.
   *
   * @return noted as {@link Step.Note#UNUSED} if it wanted none, ended when the request has; null
   *     if nobody follows it
   */
  default @Nullable Step request(Access access) {
    return null;
  }

  /**
   * A try of a transaction failed, and another one follows.
   *
   * @param sqlState why, empty if the driver gave none
   */
  default void retrying(String lane, String sqlState) {}

  /** Nobody can say whether a transaction was committed. */
  default void outcomeUnknown(String lane) {}

  /** A socket was opened and logged in. */
  default void connected(long nanos) {}

  /**
   * A socket could not be opened or logged in; {@code sqlState} is empty if the driver gave none.
   */
  default void connectFailed(String sqlState) {}

  /**
   * A session left something behind in its connection, such as settings or an advisory lock, so
   * that it had to be put back, or was out of reach behind a pooler; {@code what} names the kinds
   * in words.
   */
  default void leftBehind(String lane, String what) {}

  /**
   * The pool has changed its size or how many callers it lets in, or advises it: told with its
   * reason, on a timer's thread.
   */
  default void adjusted(Adjustment adjustment) {}

  /** Another share of the fleet's connections is this instance's from now on, and why. */
  default void shareChanged(FleetShare share) {}

  /** A connection has been held for longer than is usual; told once for each borrow. */
  default void slowHolder(SlowSession session) {}
}
