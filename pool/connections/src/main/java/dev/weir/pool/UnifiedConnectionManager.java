package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.GateSnapshot;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.GatedDataSource;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.lease.StatementCounts;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.socket.ConnectTrouble;
import dev.weir.pool.socket.Logs;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.redis.Redis;
import dev.weir.tasks.SystemTasks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The one way of a service to its PostgreSQL and its Redis.
 *
 * <p>A session is a borrowed connection that lives exactly as long as a lambda. Callers wait for
 * their turn in their lane, first come, first served, at most until their {@link Deadline} or
 * {@code pool.wait}, whichever is sooner; a turn comes only when there is a socket for it. A
 * session inside another needs a second connection. What the lambda throws reaches the caller
 * untouched. Safe for use by any number of threads, virtual ones above all.
 *
 * <p>Every session method throws {@link AdmissionRejectedException} if the gate refuses and {@link
 * DatabaseUnavailableException} if no usable connection can be had.
 */
public final class UnifiedConnectionManager implements AutoCloseable {

  private static final long LOOK_MS = 250;

  private final ConnectionSettings settings;
  private final Gate gate;
  private final PhysicalPool physical;
  private final Admission admission;
  private final StatementFigures.@Nullable Cache cache;
  private final Redis redis;
  private final DataSource dataSource;
  private final PoolWatch watch;
  private final Watchdog watchdog;
  private final Future<?> looking;
  private volatile boolean closed;

  private UnifiedConnectionManager(ConnectionSettings settings, Node node, Parts parts) {
    this.settings = settings;
    this.gate = node.gate();
    this.physical = node.physical();
    this.admission =
        new Admission(
            PoolLane.of(gate, settings.lanes()),
            physical,
            settings.pool().maxWait(),
            parts.listener());
    this.cache =
        settings.override() == null ? StatementFigures.Cache.of(settings.postgres()) : null;
    this.watch = new PoolWatch(settings.pool(), InstantSource.system());
    this.redis = Redis.of(settings.redis(), parts.system());
    this.dataSource = dataSource(Access.readWrite());
    this.watchdog = parts.watchdog();
    this.looking =
        parts
            .system()
            .timer()
            .scheduleAtFixedRate(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * Opens the pool: logs in once, to see that the server is there and fits, and lets the sockets be
   * filled up in the background.
   *
   * @param settings the server, the size, the lanes
   * @param system where background work runs
   * @param listeners are told what happens
   * @throws DatabaseUnavailableException if no connection can be had within {@code
   *     postgres.connect-timeout}
   * @throws IllegalArgumentException if the lanes do not fit the pool or the default lane is
   *     missing
   * @throws IllegalStateException if neither {@code postgres.url} nor a data source is given
   */
  public static UnifiedConnectionManager open(
      ConnectionSettings settings, SystemTasks system, List<PoolListener> listeners) {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(system, "system");
    return open(settings, system, listeners, Node.sockets(settings, system));
  }

  /** As the other, with something else behind the gate: for comparisons. */
  static UnifiedConnectionManager open(
      ConnectionSettings settings,
      SystemTasks system,
      List<PoolListener> listeners,
      Node.Backing backing) {
    var safe = new SafePoolListener(Objects.requireNonNull(listeners, "listeners"));
    Watchdog watchdog = Watchdog.open(system);
    try {
      Node node = Node.open(settings, safe, watchdog, backing);
      node.gate().wakeBy(system.timer());
      return new UnifiedConnectionManager(settings, node, new Parts(system, safe, watchdog));
    } catch (Throwable failure) {
      watchdog.close();
      throw failure;
    }
  }

  /**
   * Runs {@code work} with a connection and returns its result.
   *
   * @throws X what the work throws, untouched
   */
  public <R extends @Nullable Object, X extends Throwable> R withSession(Work<R, X> work) throws X {
    return withSession(Access.readWrite(), work);
  }

  /**
   * Runs {@code work} with a connection as {@code access} wants it and returns its result.
   *
   * @throws X what the work throws, untouched
   * @throws IllegalArgumentException if no such lane is declared
   */
  public <R extends @Nullable Object, X extends Throwable> R withSession(
      Access access, Work<R, X> work) throws X {
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(work, "work");
    PoolLane lane = admission.lane(access.lane());
    Duration budget = lane.budget(access.budget());
    return budget == null
        ? session(lane, access.isReadOnly(), work)
        : Deadline.within(budget, () -> session(lane, access.isReadOnly(), work));
  }

  /**
   * As {@link #withSession(Work)}, for work without a result.
   *
   * @throws X what the work throws, untouched
   */
  public <X extends Throwable> void useSession(VoidWork<X> work) throws X {
    useSession(Access.readWrite(), work);
  }

  /**
   * As {@link #withSession(Access, Work)}, for work without a result.
   *
   * @throws X what the work throws, untouched
   */
  public <X extends Throwable> void useSession(Access access, VoidWork<X> work) throws X {
    withSession(access, resultless(work));
  }

  /**
   * Runs {@code work} in a transaction: commits when it returns, rolls back when it throws.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   * @throws CommitFailedException if the work ended well and COMMIT did not
   */
  public <R extends @Nullable Object, X extends Throwable> R inTransaction(Work<R, X> work)
      throws X {
    return inTransaction(Access.readWrite(), work);
  }

  /**
   * As {@link #inTransaction(Work)}, as {@code access} wants it.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   * @throws CommitFailedException if the work ended well and COMMIT did not
   */
  public <R extends @Nullable Object, X extends Throwable> R inTransaction(
      Access access, Work<R, X> work) throws X {
    Objects.requireNonNull(work, "work");
    return withSession(access, connection -> Transactions.<R, X>run(connection, work));
  }

  /**
   * As {@link #inTransaction(Work)}, for work without a result.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   */
  public <X extends Throwable> void useTransaction(VoidWork<X> work) throws X {
    useTransaction(Access.readWrite(), work);
  }

  /**
   * As {@link #inTransaction(Access, Work)}, for work without a result.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   */
  public <X extends Throwable> void useTransaction(Access access, VoidWork<X> work) throws X {
    inTransaction(access, resultless(work));
  }

  private static <X extends Throwable> Work<Boolean, X> resultless(VoidWork<X> work) {
    Objects.requireNonNull(work, "work");
    return connection -> {
      work.use(connection);
      return true;
    };
  }

  private <R extends @Nullable Object, X extends Throwable> R session(
      PoolLane lane, boolean readOnly, Work<R, X> work) throws X {
    Connection connection = borrow(lane, readOnly);
    try {
      return work.with(connection);
    } finally {
      giveBack(connection);
    }
  }

  private Connection borrow(PoolLane lane, boolean readOnly) {
    try {
      return admission.borrow(lane, readOnly);
    } catch (SQLException failure) {
      throw unavailable(failure);
    }
  }

  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException failure) {
      // The pool has thrown the socket away; the caller's work is done and stays done.
      Logs.closeFailed(failure);
    }
  }

  private DatabaseUnavailableException unavailable(SQLException failure) {
    String state = snapshot().line();
    if (closed) {
      return new DatabaseUnavailableException(
          "The connection manager was closed while the caller waited for a socket.", failure);
    }
    String text =
        settings.override() == null
            ? why(failure)
            : "The given data source has no connection: " + failure.getMessage();
    return new DatabaseUnavailableException(text + " (" + state + ")", failure);
  }

  private String why(SQLException failure) {
    SQLException connect = physical.lastConnectFailure();
    ConnectTrouble trouble = ConnectTrouble.of(failure);
    if (trouble != ConnectTrouble.INTERRUPTED || connect == null) {
      return trouble.text(settings.postgres(), ConnectTrouble.root(failure));
    }
    return ConnectTrouble.of(connect).text(settings.postgres(), ConnectTrouble.root(connect))
        + " The caller was interrupted while it waited.";
  }

  /** A data source whose every {@code getConnection} borrows anew, from the default lane. */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * A data source whose every {@code getConnection} borrows anew, as {@code access} wants it. Its
   * deadline, or that of the lane, begins with {@code getConnection} and bounds the wait and every
   * call to the server until the connection is closed.
   *
   * <p>A refusal is an {@code SQLTransientConnectionException}, a passed deadline an {@code
   * SQLTimeoutException}, each with the {@link AdmissionRejectedException} as cause.
   *
   * @throws IllegalArgumentException if no such lane is declared
   */
  public DataSource dataSource(Access access) {
    PoolLane lane = admission.lane(access.lane()).narrowed(access.isReadOnly(), access.budget());
    return new GatedDataSource(admission, lane, this::unavailable);
  }

  /** Redis; opened when it is first used. */
  public Redis redis() {
    return redis;
  }

  /** The state of the pool, with all figures of this moment. */
  public PoolSnapshot snapshot() {
    GateSnapshot figures = gate.snapshot();
    PoolWatch.Condition seen = look(figures);
    return new PoolSnapshot(
        Node.PRIMARY,
        settings.override() == null ? settings.postgres().target() : "the given data source",
        seen.state(),
        seen.cause(),
        seen.since(),
        closed ? 0 : physical.connections(),
        closed ? 0 : physical.idle(),
        settings.pool().min(),
        settings.pool().max(),
        figures,
        statements());
  }

  private StatementFigures statements() {
    StatementCounts seen = admission.statements();
    return new StatementFigures(seen.executions(), seen.serverPrepared(), cache);
  }

  private void look() {
    look(gate.snapshot());
  }

  private PoolWatch.Condition look(GateSnapshot figures) {
    return watch.look(
        new PoolWatch.Sight(
            closed, admission.isDraining(), figures, physical.lastConnectFailure()));
  }

  /**
   * Refuses new sessions from now on.
   *
   * @param exempt asked on the caller's thread; true lets that caller in all the same, so that work
   *     under way can end
   */
  public void stopAccepting(BooleanSupplier exempt) {
    admission.drain(Objects.requireNonNull(exempt, "exempt"));
  }

  /**
   * Refuses every new session and waits until those under way have ended, at most until the
   * deadline.
   *
   * @return sessions still open at the deadline
   */
  public int drain(Deadline deadline) {
    admission.drain(() -> false);
    gate.close();
    gate.awaitEmpty(deadline);
    return gate.snapshot().inUse();
  }

  /** Closes every socket, those in use included, and Redis. Closing twice is harmless. */
  @Override
  public void close() {
    admission.drain(() -> false);
    gate.close();
    closed = true;
    looking.cancel(false);
    try {
      physical.close();
    } finally {
      watchdog.close();
      redis.close();
    }
  }

  private record Parts(SystemTasks system, SafePoolListener listener, Watchdog watchdog) {}
}
