package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;

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

  /** A caller was refused by the gate. */
  default void rejected(String lane, AdmissionRejectedException.Reason reason) {}

  /** A socket was opened and logged in. */
  default void connected(long nanos) {}

  /**
   * A socket could not be opened or logged in; {@code sqlState} is empty if the driver gave none.
   */
  default void connectFailed(String sqlState) {}
}
