package dev.weir.pool.admission;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.gate.Deadline;
import dev.weir.gate.Lane;
import dev.weir.pool.lease.LeasedConnection;
import dev.weir.pool.lease.Lender;
import dev.weir.pool.lease.Statements;
import dev.weir.pool.socket.PhysicalConnection;
import dev.weir.pool.socket.PhysicalPool;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The way of a call: through the gate, to a socket, into a wrapper. */
public final class Admission implements Lender {

  /** One borrow in so many is timed, chosen uniformly. */
  private static final int SAMPLED = 64;

  private final Map<String, PoolLane> lanes;
  private final PhysicalPool physical;
  private final Duration longestWait;
  private final BorrowListener listener;
  private final Statements statements = new Statements();

  /** While draining: who gets a session all the same. */
  private volatile @Nullable BooleanSupplier exempt;

  /**
   * A way through these lanes to those sockets.
   *
   * @param lanes by name
   * @param physical the sockets
   * @param longestWait how long a caller without a deadline waits for a permit
   * @param listener is told of each wait and refusal, and of some borrows
   */
  public Admission(
      Map<String, PoolLane> lanes,
      PhysicalPool physical,
      Duration longestWait,
      BorrowListener listener) {
    this.lanes = Map.copyOf(lanes);
    this.physical = physical;
    this.longestWait = longestWait;
    this.listener = listener;
  }

  /** Whether only the exempt are let in. */
  public boolean isDraining() {
    return exempt != null;
  }

  /** Lets only those in, from now on, of whom that is true on their thread. */
  public void drain(BooleanSupplier exempt) {
    this.exempt = exempt;
  }

  /**
   * The lane of that name, with its profile.
   *
   * @throws IllegalArgumentException if none is declared
   */
  public PoolLane lane(String name) {
    PoolLane known = lanes.get(name);
    return known == null ? undeclared(name) : known;
  }

  private PoolLane undeclared(String name) {
    throw new IllegalArgumentException(
        "No lane '%s' is declared, only %s: set lanes.%s.limit or the like."
            .formatted(name, new TreeSet<>(lanes.keySet()), name));
  }

  /**
   * A connection for one borrow.
   *
   * @throws AdmissionRejectedException if the gate refuses
   * @throws SQLException if no socket can be had
   */
  public LeasedConnection borrow(PoolLane lane, boolean readOnly) throws SQLException {
    return borrow(lane, readOnly || lane.readOnly(), Deadline.NONE);
  }

  /**
   * As the other, for a transaction: that begins read-only if it must be, which costs no message.
   */
  public LeasedConnection borrowForTransaction(PoolLane lane) throws SQLException {
    return borrow(lane, false, Deadline.NONE);
  }

  /**
   * As the other, for a borrow that is not inside a block of code: its calls end at {@code until},
   * too.
   */
  LeasedConnection borrow(PoolLane lane, boolean readOnly, Deadline until) throws SQLException {
    while (true) {
      admit(lane.lane());
      PhysicalConnection connection = physicalOrRelease(lane);
      if (connection != null) {
        connection.until(until);
        return leased(connection, lane, readOnly);
      }
    }
  }

  /**
   * A connection for long: admitted like any other, then taken out of use, so that it holds no
   * permit. It ends with {@link PhysicalPool#retire}.
   *
   * @throws AdmissionRejectedException if the gate refuses
   * @throws SQLException if none can be had, or none can be kept
   */
  public PhysicalConnection dedicate(PoolLane lane) throws SQLException {
    while (true) {
      admit(lane.lane());
      PhysicalConnection connection = physicalOrRelease(lane);
      if (connection != null) {
        dedicate(connection, lane.lane());
        return connection;
      }
    }
  }

  private void dedicate(PhysicalConnection connection, Lane lane) throws SQLException {
    try {
      physical.dedicate(connection);
    } catch (Throwable failure) {
      discard(connection, lane, failure);
      throw failure;
    }
    lane.release();
  }

  private @Nullable PhysicalConnection physicalOrRelease(PoolLane lane) throws SQLException {
    PhysicalConnection connection = null;
    try {
      connection = physical.borrow(lane.guards());
      return connection;
    } finally {
      if (connection == null) {
        lane.lane().release();
      }
    }
  }

  private LeasedConnection leased(PhysicalConnection connection, PoolLane lane, boolean readOnly)
      throws SQLException {
    try {
      if (!lane.guards().areOn(connection)) {
        connection.guards(lane.guards());
      }
      if (!connection.hasSeen(statements.changes())) {
        connection.prepareAnew(statements.changes());
      }
      if (readOnly) {
        connection.makeReadOnly();
      }
      return LeasedConnection.open(connection, this, lane.lane(), stamp());
    } catch (Throwable failure) {
      discard(connection, lane.lane(), failure);
      throw failure;
    }
  }

  private void discard(PhysicalConnection connection, Lane lane, Throwable why) {
    try {
      physical.discard(connection);
    } catch (SQLException second) {
      why.addSuppressed(second);
    } finally {
      lane.release();
    }
  }

  @Override
  public void giveBack(PhysicalConnection connection, Lane lane, long start, boolean reusable)
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
        long held = System.nanoTime() - start;
        lane.held(held);
        listener.used(lane.name(), held);
      }
    }
  }

  @Override
  public Statements statements() {
    return statements;
  }

  /** When a borrow that is timed began; 0 for the others. */
  private static long stamp() {
    boolean timed = ThreadLocalRandom.current().nextInt(SAMPLED) == 0;
    return timed ? System.nanoTime() | 1 : 0;
  }

  private void admit(Lane lane) throws SQLException {
    try {
      BooleanSupplier only = exempt;
      if (only != null && !only.getAsBoolean()) {
        throw lane.refusal(Reason.CLOSED);
      }
      Deadline deadline = Deadline.current();
      if (deadline.hasPassed()) {
        throw lane.refusal(Reason.DEADLINE);
      }
      if (!lane.tryAcquire()) {
        long nanos = lane.await(deadline.sooner(Deadline.in(longestWait)));
        if (nanos > 0) {
          listener.waited(lane.name(), nanos);
        }
      }
    } catch (AdmissionRejectedException refused) {
      listener.rejected(lane.name(), refused.reason());
      throwIfDown(refused);
      throw refused;
    }
  }

  /** Who waited in vain for a socket is told why there is none, not how long the queue was. */
  private void throwIfDown(AdmissionRejectedException refused) throws SQLException {
    SQLException down = physical.lastConnectFailure();
    boolean late = refused.reason() == Reason.DEADLINE || refused.reason() == Reason.UNAVAILABLE;
    if (late && down != null && physical.connections() == 0) {
      var failure =
          new SQLTransientConnectionException(down.getMessage(), down.getSQLState(), down);
      failure.addSuppressed(refused);
      throw failure;
    }
  }
}
