package dev.weir.pool.admission;

import dev.weir.gate.AdmissionRejectedException;

/** Is told how borrows go. Called on the borrower's thread; safe for use by many threads. */
public interface BorrowListener {

  /** A caller was admitted after a wait. */
  void waited(String lane, long nanos);

  /** A connection was held that long: one in 64, chosen uniformly, is timed. */
  void used(String lane, long nanos);

  /** A caller was refused by the gate, after so long a wait. */
  void rejected(String lane, AdmissionRejectedException.Reason reason, long waitNanos);

  /** A session left something behind that its connection's next borrower must not see. */
  void leftBehind(String lane, String what);
}
