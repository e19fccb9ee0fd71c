package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.fleet.FleetMember;
import dev.weir.pool.line.Watchdog;
import dev.weir.pool.signal.NodeLine;
import dev.weir.pool.signal.SignalHub;
import dev.weir.pool.socket.PhysicalPool;
import dev.weir.redis.Redis;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.spi.Signals;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
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
 * reading, another isolation inside a transaction, a transaction while one was begun by hand, a
 * lane with a login of its own inside a session of another login.
 *
 * <p>Every session method throws {@link AdmissionRejectedException} if the gate refuses and {@link
 * DatabaseUnavailableException} if no usable connection can be had.
 */
public final class UnifiedConnectionManager extends PoolOperations implements AutoCloseable {

  private final ConnectionSettings settings;
  private final Nodes nodes;
  private final Admission admission;
  private final Sessions sessions;
  private final Transactions transactions;
  private final Requests requests;
  private final Redis redis;
  private final DataSources dataSources;
  private final PoolFigures figures;
  private final Watchdog watchdog;
  private final SignalHub signals;
  private final List<Future<?>> looking;
  private final @Nullable FleetMember fleet;

  private UnifiedConnectionManager(ConnectionSettings settings, Nodes nodes, PoolParts parts) {
    var admission =
        new Admission(
            nodes.lanes(),
            new Admission.Rules(settings.pool().maxWait(), settings.watch().borrowStacks()),
            parts.listener());
    Eyes eyes = Eyes.on(settings, nodes, admission, parts);
    super(settings, nodes, admission, eyes);
    this.settings = settings;
    this.nodes = nodes;
    this.admission = admission;
    this.figures = eyes.figures();
    this.sessions =
        new Sessions(
            admission,
            SessionEnds.of(parts.listener()),
            settings,
            figures::unavailable,
            parts.listener());
    this.transactions = new Transactions(sessions);
    this.requests = new Requests(sessions, transactions);
    this.redis = Redis.of(settings.redis(), parts.system());
    this.dataSources = new DataSources(admission, settings, sessions, figures::unavailable);
    this.watchdog = parts.watchdog();
    PhysicalPool physical = nodes.shared().physical();
    PoolLane forSignals = admission.lane(settings.signalLane());
    this.signals =
        SignalHub.over(
            new NodeLine(admission, physical, forSignals, sessions::afterCommit), parts.system());
    this.looking = eyes.look(parts.system());
    this.fleet =
        FleetPool.join(
            settings,
            new NodeLine(admission, physical, forSignals, Runnable::run),
            eyes.size(),
            parts);
  }

  /**
   * Opens the pool: logs in once, to see that the server is there and fits, and lets the sockets be
   * filled up in the background. Lanes with a login of their own are logged in for once, too.
   *
   * @param settings the server, the size, the lanes
   * @param system where background work runs
   * @param listeners are told what happens
   * @throws DatabaseUnavailableException if no connection can be had within {@code
   *     postgres.connect-timeout}, or a login may not run as the role of a lane
   * @throws IllegalArgumentException if the lanes do not fit the pool or the default lane is
   *     missing
   * @throws IllegalStateException if neither {@code postgres.url} nor a data source is given, or a
   *     lane has a login of its own and a data source is given
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
    var refusals = new FleetPool.Refusals();
    List<PoolListener> all = new ArrayList<>(Objects.requireNonNull(listeners, "listeners"));
    all.add(refusals);
    var safe = new SafePoolListener(all);
    Watchdog watchdog = Watchdog.open(system);
    try {
      var parts = new PoolParts(system, safe, watchdog, refusals);
      return new UnifiedConnectionManager(settings, Nodes.open(settings, parts, backing), parts)
          .withRoles();
    } catch (Throwable failure) {
      watchdog.close();
      throw failure;
    }
  }

  /** This one, if its lanes can have their roles; else it is closed. */
  private UnifiedConnectionManager withRoles() {
    try {
      LaneRoles.check(settings, admission);
      return this;
    } catch (SQLException failure) {
      DatabaseUnavailableException why = figures.unavailable(failure);
      close();
      throw why;
    } catch (Throwable failure) {
      close();
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
    return settings.isPooled() && sessions.wouldReadAlone(access)
        ? transactions.read(access, work)
        : sessions.with(access, work);
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
   * of late because a connection was lost or a lock was not had in time; conflicts between
   * transactions do not count. Inside a plain session tries keep the connection of that.
   *
   * <p>On the connection of the work {@code commit}, {@code rollback} and {@code setAutoCommit} are
   * refused (SQLSTATE 2D000), and so are the statements that mean the same; savepoints are not.
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

  /**
   * Runs {@code work} as one request: the sessions that it opens on its thread, in whatever way,
   * are one transaction, wanted as {@code access} says. A connection is borrowed, and the
   * transaction begun, when the first of them is opened, so a request without one costs nothing. It
   * commits when the work returns and rolls back when it throws; it is not tried again. Inside a
   * session, a framework's transaction or another request it changes nothing.
   *
   * @throws X what the work throws, untouched; the transaction is then rolled back
   * @throws IllegalArgumentException if no such lane is declared
   * @throws CommitFailedException as {@link #inTransaction(Work)}
   * @throws RolledBackException as {@link #inTransaction(Work)}
   * @throws UnknownOutcomeException as {@link #inTransaction(Work)}
   */
  public <R extends @Nullable Object, X extends Throwable> R inRequest(
      Access access, ScopedValue.CallableOp<R, X> work) throws X {
    Objects.requireNonNull(work, "work");
    return requests.run(access, work);
  }

  /**
   * The sessions of callers who all want them so, for a container to hand out.
   *
   * @throws IllegalArgumentException if no such lane is declared
   */
  public SessionView view(Access access) {
    admission.lane(access.lane()).as(access.role());
    return new SessionView(this, access);
  }

  private static <X extends Throwable> Work<Boolean, X> resultless(VoidWork<X> work) {
    Objects.requireNonNull(work, "work");
    return connection -> {
      work.use(connection);
      return true;
    };
  }

  /** A data source whose every {@code getConnection} borrows anew, from the default lane. */
  public DataSource dataSource() {
    return dataSources.usual();
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
    return dataSources.of(access);
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
    return dataSources.joining();
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
   *     1, the service brought its own data source, or a pooler shares server processes
   */
  public Signals signals() {
    String none = settings.noSignals(figures.size().max());
    if (none != null) {
      throw new IllegalStateException(none);
    }
    return signals;
  }

  /**
   * Closes every socket, those in use included, and Redis. A statement that still runs is cancelled
   * first, which takes a second at most for each login; so it does not go on on the server. Closing
   * twice is harmless.
   */
  @Override
  public void close() {
    admission.drain(() -> false);
    nodes.closeGates();
    figures.close();
    looking.forEach(look -> look.cancel(false));
    signals.close();
    if (fleet != null) {
      fleet.close();
    }
    try {
      nodes.close();
    } finally {
      watchdog.close();
      redis.close();
    }
  }
}
