package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.Lane;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The way of a call: through the gate, to a socket, into a wrapper. */
final class Admission {

  /** One borrow in so many is timed, chosen uniformly. */
  private static final int SAMPLED = 64;

  private final Gate gate;
  private final PhysicalPool physical;
  private final Duration longestWait;
  private final PoolListener listener;

  /** While draining: who gets a session all the same. */
  private volatile @Nullable BooleanSupplier exempt;

  Admission(Gate gate, PhysicalPool physical, Duration longestWait, PoolListener listener) {
    this.gate = gate;
    this.physical = physical;
    this.longestWait = longestWait;
    this.listener = listener;
  }

  Gate gate() {
    return gate;
  }

  boolean isDraining() {
    return exempt != null;
  }

  void drain(BooleanSupplier exempt) {
    this.exempt = exempt;
  }

  /**
   * A connection for one borrow.
   *
   * @throws AdmissionRejectedException if the gate refuses
   * @throws SQLException if no socket can be had
   */
  Connection borrow(Lane lane, boolean readOnly) throws SQLException {
    admit(lane);
    try {
      PhysicalConnection connection = physical.borrow();
      if (readOnly) {
        makeReadOnly(connection);
      }
      return LeasedConnection.open(connection, this, lane, stamp());
    } catch (Throwable failure) {
      lane.release();
      throw failure;
    }
  }

  /** A borrow ends: its socket goes back, or away, and with it the permit. */
  void giveBack(PhysicalConnection connection, Lane lane, long start, boolean reusable)
      throws SQLException {
    try {
      if (reusable) {
        physical.giveBack(connection);
      } else {
        physical.discard(connection);
      }
    } finally {
      lane.release();
      if (start != 0) {
        listener.used(lane.name(), System.nanoTime() - start);
      }
    }
  }

  /** When a borrow that is timed began; 0 for the others. */
  private static long stamp() {
    boolean timed = ThreadLocalRandom.current().nextInt(SAMPLED) == 0;
    return timed ? System.nanoTime() | 1 : 0;
  }

  private void makeReadOnly(PhysicalConnection connection) throws SQLException {
    try {
      connection.makeReadOnly();
    } catch (Throwable failure) {
      try {
        physical.discard(connection);
      } catch (SQLException second) {
        failure.addSuppressed(second);
      }
      throw failure;
    }
  }

  private void admit(Lane lane) {
    try {
      BooleanSupplier only = exempt;
      if (only != null && !only.getAsBoolean()) {
        throw lane.refusal(Reason.CLOSED);
      }
      if (!lane.tryAcquire()) {
        await(lane);
      }
    } catch (AdmissionRejectedException refused) {
      listener.rejected(lane.name(), refused.reason());
      throw refused;
    }
  }

  private void await(Lane lane) {
    long nanos = lane.acquire(Deadline.current().sooner(Deadline.in(longestWait)));
    if (nanos > 0) {
      listener.waited(lane.name(), nanos);
    }
  }
}
