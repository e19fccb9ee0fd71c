package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.gate.Gate;
import dev.weir.gate.GateSnapshot;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.GatedDataSource;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.lease.Statements;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.session.JoiningDataSource;
import dev.weir.pool.signal.NodeLine;
import dev.weir.pool.signal.SignalHub;
import dev.weir.pool.socket.ConnectTrouble;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.redis.Redis;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.spi.Signals;
import java.sql.SQLException;
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
 * {@code pool.wait}, whichever is sooner; a turn comes only when there is a socket for it. What the
 * lambda throws reaches the caller untouched. Safe for use by any number of threads, virtual ones
 * above all.
 *
 * <p>A session belongs to its lambda and its thread. The connection given to the lambda, its
 * statements and the {@link Session} answer after it that they are over, and refuse every other
 * thread (SQLSTATE 55006), {@code cancel} and {@code abort} excepted. To close the connection gives
 * nothing back before the session ends.
 *
 * <p>A session inside another, on the same thread, uses the connection of the outer one, whatever
 * lane it names; so a pool of one can be nested ten deep. {@code withSession} inside {@code
 * inTransaction} is part of that transaction. {@code inTransaction} inside {@code withSession}
 * begins a transaction on its connection. {@code inTransaction} inside {@code inTransaction} joins
 * it: should the inner work throw, the whole is rolled back even if the outer one swallows the
 * exception, unless the inner one asks for a savepoint ({@link Access.Nesting}). What cannot be had
 * on the connection of the outer one is refused with {@link IllegalStateException}: writing inside
 * reading, another isolation inside a transaction, a transaction while one was begun by hand.
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
  private final Sessions sessions;
  private final Transactions transactions;
  private final Redis redis;
  private final DataSource dataSource;
  private final DataSource joining;
  private final PoolWatch watch;
  private final Watchdog watchdog;
  private final SignalHub signals;
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
    this.sessions = new Sessions(admission, settings.remarks(), this::unavailable);
    this.transactions = new Transactions(sessions);
    this.watch = new PoolWatch(settings.pool(), InstantSource.system());
    this.redis = Redis.of(settings.redis(), parts.system());
    this.dataSource = dataSource(Access.readWrite());
    this.joining = new JoiningDataSource(() -> sessions.join(dataSource));
    this.watchdog = parts.watchdog();
    PoolLane forSignals = admission.lane(settings.signalLane());
    this.signals =
        SignalHub.over(
            new NodeLine(admission, physical, forSignals, sessions::afterCommit), parts.system());
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
    Objects.requireNonNull(work, "work");
    return sessions.with(access, work);
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
   * <p>Three times at most, if nothing of it is left and another try may do better: after a
   * serialization failure (SQLSTATE 40001), a deadlock (40P01), a lock timeout (55P03) where {@link
   * Access#retryingLockTimeouts} asks for it, and after the connection was lost before COMMIT was
   * sent. So the work may run several times; {@link Session#attempt} says in which it is. Between
   * two tries it holds no connection, and waits for a time left to chance, doubled each time up to
   * half a second. It ends with the failure at hand when the deadline would pass, when the thread
   * is interrupted, and when in its lane more than one in five transactions has needed another try
   * of late. Inside a plain session tries keep the connection of that.
   *
   * <p>On the connection of the work {@code commit}, {@code rollback} and {@code setAutoCommit} are
   * refused (SQLSTATE 2D000); savepoints are not.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   * @throws CommitFailedException if the work ended well and COMMIT did not; nothing of it is left
   * @throws RolledBackException if the work ended well although something in it had failed, so that
   *     it could not be committed; nothing of it is left
   * @throws UnknownOutcomeException if COMMIT was sent and its answer was lost, and with {@link
   *     Access#resolvable} the server could not say in time what became of it
   */
  public <R extends @Nullable Object, X extends Throwable> R inTransaction(Work<R, X> work)
      throws X {
    return inTransaction(Access.readWrite(), work);
  }

  /**
   * As {@link #inTransaction(Work)}, as {@code access} wants it.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   * @throws IllegalArgumentException if no such lane is declared
   */
  public <R extends @Nullable Object, X extends Throwable> R inTransaction(
      Access access, Work<R, X> work) throws X {
    Objects.requireNonNull(work, "work");
    return transactions.run(access, work);
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

  /**
   * A data source for what must be part of the running session, such as jOOQ, Jdbi or Spring's
   * {@code JdbcClient} inside a lambda: its connections are those of the session that the calling
   * thread is in, and to close one gives nothing back. Where there is no session it borrows anew,
   * as {@link #dataSource()} does.
   *
   * <p>In a transaction that {@code inTransaction} began, {@code commit} and {@code setAutoCommit}
   * do nothing, and {@code rollback} has the transaction rolled back in the end: if its work
   * returns all the same, its caller gets {@link RolledBackException}. In a session without one, a
   * connection may begin and end transactions of its own. Settings that are changed stay so until
   * the session ends.
   */
  public DataSource joiningDataSource() {
    return joining;
  }

  /**
   * The session that the running code is in, the innermost if there are several.
   *
   * @throws IllegalStateException if it is in none of this manager, or on another thread than the
   *     session's
   */
  public Session current() {
    return sessions.current();
  }

  /** Redis; opened when it is first used. */
  public Redis redis() {
    return redis;
  }

  /**
   * Words between instances over the database. While anybody listens, one connection of {@code
   * pool.max} does nothing else.
   *
   * @throws IllegalStateException if there is no connection to spare for that: {@code pool.max} is
   *     1, or the service brought its own data source
   */
  public Signals signals() {
    if (settings.override() != null) {
      throw new IllegalStateException(
          "Signals need a connection of their own, but the given data source may want each back:"
              + " configure postgres.url instead, or poll.");
    }
    if (settings.pool().max() < 2) {
      throw new IllegalStateException(
          "Signals need a connection that does nothing else, but pool.max is 1: set it to 2 or"
              + " more.");
    }
    return signals;
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
    Statements seen = admission.statements();
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
    signals.close();
    try {
      physical.close();
    } finally {
      watchdog.close();
      redis.close();
    }
  }

  private record Parts(SystemTasks system, SafePoolListener listener, Watchdog watchdog) {}
}
