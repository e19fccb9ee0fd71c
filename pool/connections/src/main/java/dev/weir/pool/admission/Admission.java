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
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The way of a call: through the gate, to a socket, into a wrapper. */
public final class Admission implements Lender {

  /** One borrow in so many is timed, chosen uniformly. */
  private static final int SAMPLED = 64;

  /** What a standby answers to a write, and a read-only transaction. */
  private static final String READ_ONLY = "25006";

  /** So many lost sockets one after the other are no accident any more. */
  private static final int MOST_LOSSES = 8;

  private final Map<String, PoolLane> lanes;

  /** The sockets of all lanes; null if some have their own. */
  private final @Nullable PhysicalPool ofAll;

  private final Duration longestWait;
  private final BorrowListener listener;
  private final Statements statements = new Statements();

  /** Whether each borrow notes its place. */
  private final boolean notesPlaces;

  /** While draining: who gets a session all the same. */
  private volatile @Nullable BooleanSupplier exempt;

  /**
   * A way through these lanes to their sockets.
   *
   * @param lanes by name, with their sockets
   * @param rules how long a caller may wait, and what is noted
   * @param listener is told of each wait and refusal, and of some borrows
   */
  public Admission(Map<String, PoolLane> lanes, Rules rules, BorrowListener listener) {
    this.lanes = Map.copyOf(lanes);
    List<PhysicalPool> homes = lanes.values().stream().map(PoolLane::sockets).distinct().toList();
    this.ofAll = homes.size() == 1 ? homes.getFirst() : null;
    this.longestWait = rules.longestWait;
    this.notesPlaces = rules.notesPlaces;
    this.listener = listener;
  }

  /**
   * How borrows go.
   *
   * @param longestWait how long a caller without a deadline waits for a permit
   * @param notesPlaces whether each borrow notes where it was made, which costs microseconds
   */
  public record Rules(Duration longestWait, boolean notesPlaces) {}

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
    return borrow(lane, readOnly || lane.readOnly(), Deadline.NONE, false);
  }

  /**
   * As the other, for a transaction: that begins read-only if it must be, which costs no message,
   * and tells the server itself what the lane wants watched.
   */
  public LeasedConnection borrowForTransaction(PoolLane lane) throws SQLException {
    return borrow(lane, false, Deadline.NONE, true);
  }

  /**
   * As the other, for a borrow that is not inside a block of code: its calls end at {@code until},
   * too.
   */
  LeasedConnection borrow(PoolLane lane, boolean readOnly, Deadline until) throws SQLException {
    return borrow(lane, readOnly, until, false);
  }

  private LeasedConnection borrow(PoolLane lane, boolean readOnly, Deadline until, boolean begins)
      throws SQLException {
    for (int losses = 0; ; losses++) {
      admit(lane);
      PhysicalConnection connection = physicalOrRelease(lane);
      if (connection != null) {
        connection.until(until);
        connection.preamble().wants(lane.guards());
        SQLException lost = prepared(connection, lane, readOnly, begins);
        if (lost == null) {
          return LeasedConnection.open(connection, this, lane.lane(), stamp());
        }
        if (losses == MOST_LOSSES) {
          throw lost;
        }
      }
    }
  }

  /**
   * Logs in anew and has all connections of a lane's login replaced by such ones, bit by bit.
   *
   * @param lane whose login, and in which to wait if there is no place for one more
   * @throws AdmissionRejectedException if the gate refuses
   * @throws SQLException if the login fails, or no socket can be had
   */
  public void renew(PoolLane lane) throws SQLException {
    if (lane.sockets().renewBeside()) {
      return;
    }
    PhysicalConnection taken = null;
    while (taken == null) {
      admit(lane);
      taken = physicalOrRelease(lane);
    }
    try {
      lane.sockets().renewInstead(taken);
    } finally {
      lane.lane().release();
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
      admit(lane);
      PhysicalConnection connection = physicalOrRelease(lane);
      if (connection != null) {
        dedicate(connection, lane);
        return connection;
      }
    }
  }

  private static void dedicate(PhysicalConnection connection, PoolLane lane) throws SQLException {
    try {
      lane.sockets().dedicate(connection);
    } catch (Throwable failure) {
      discard(connection, lane, failure);
      throw failure;
    }
    lane.lane().release();
  }

  private static @Nullable PhysicalConnection physicalOrRelease(PoolLane lane) throws SQLException {
    PhysicalConnection connection = null;
    try {
      connection = lane.sockets().borrow(lane.guards());
      return connection;
    } finally {
      if (connection == null) {
        lane.lane().release();
      }
    }
  }

  /**
   * Makes it what the borrower wants; if it turns out to be lost before the borrower has said a
   * word, returns why: another one will do as well.
   */
  private @Nullable SQLException prepared(
      PhysicalConnection connection, PoolLane lane, boolean readOnly, boolean begins)
      throws SQLException {
    try {
      prepare(connection, readOnly, begins);
      connection.loan().begin(lane.lane().name(), notesPlaces ? new Throwable() : null);
      return null;
    } catch (SQLException failure) {
      boolean lost = connection.isGone();
      discard(connection, lane, failure);
      if (lost) {
        return failure;
      }
      throw failure;
    } catch (Throwable failure) {
      discard(connection, lane, failure);
      throw failure;
    }
  }

  private void prepare(PhysicalConnection connection, boolean readOnly, boolean begins)
      throws SQLException {
    if (!begins) {
      connection.tellGuards();
    }
    if (!connection.hasSeen(statements.changes())) {
      connection.prepareAnew(statements.changes());
    }
    if (readOnly) {
      connection.makeReadOnly();
    }
  }

  private static void discard(PhysicalConnection connection, PoolLane lane, Throwable why) {
    try {
      lane.sockets().discard(connection);
    } catch (SQLException second) {
      why.addSuppressed(second);
    } finally {
      lane.lane().release();
    }
  }

  @Override
  public void giveBack(PhysicalConnection connection, Lane lane, long start, boolean reusable)
      throws SQLException {
    try {
      PhysicalPool home = ofAll != null ? ofAll : lane(lane.name()).sockets();
      if (reusable) {
        home.giveBack(connection);
      } else {
        home.discard(connection);
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
  public void leftBehind(String lane, String what) {
    listener.leftBehind(lane, what);
  }

  @Override
  public void failed(PhysicalConnection connection, Throwable failure) {
    statements.sawFailure(failure);
    if (failure instanceof SQLException known && READ_ONLY.equals(known.getSQLState())) {
      lane(connection.loan().lane()).sockets().refusedWrite(connection);
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

  private void admit(PoolLane of) throws SQLException {
    Lane lane = of.lane();
    long asked = 0;
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
        asked = System.nanoTime() | 1;
        long nanos = lane.await(deadline.sooner(Deadline.in(longestWait)));
        if (nanos > 0) {
          listener.waited(lane.name(), nanos);
        }
      }
    } catch (AdmissionRejectedException refused) {
      listener.rejected(lane.name(), refused.reason(), asked == 0 ? 0 : System.nanoTime() - asked);
      throwIfDown(of.sockets(), refused);
      throw refused;
    }
  }

  /** Who waited in vain for a socket is told why there is none, not how long the queue was. */
  private static void throwIfDown(PhysicalPool physical, AdmissionRejectedException refused)
      throws SQLException {
    SQLException down = physical.lastConnectFailure();
    boolean late = refused.reason() == Reason.DEADLINE && physical.connections() == 0;
    if (down != null && (late || refused.reason() == Reason.UNAVAILABLE)) {
      var failure =
          new SQLTransientConnectionException(down.getMessage(), down.getSQLState(), down);
      failure.addSuppressed(refused);
      throw failure;
    }
  }
}
