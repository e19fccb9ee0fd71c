package dev.weir.pool;

import dev.weir.gate.Deadline;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.lease.Remark;
import dev.weir.pool.lease.SessionConnection;
import dev.weir.pool.session.Tenure;
import dev.weir.pool.session.Transaction;
import dev.weir.tasks.spi.Step;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens sessions: borrows once for all that are inside each other on one thread. */
final class Sessions {

  /** The outermost session of the running code. */
  private final ScopedValue<Session> here = ScopedValue.newInstance();

  /** The request of the running code, where no session is open yet. */
  private final ScopedValue<RequestScope> request = ScopedValue.newInstance();

  private final Admission admission;
  private final ConnectionSettings settings;
  private final SessionEnds ends;
  private final Function<@Nullable String, Remark> remarks;
  private final BiFunction<PoolLane, SQLException, DatabaseUnavailableException> explain;
  private final Framework framework;
  private final PoolListener listener;
  private final boolean followed;

  Sessions(
      Admission admission,
      SessionEnds ends,
      ConnectionSettings settings,
      BiFunction<PoolLane, SQLException, DatabaseUnavailableException> explain,
      PoolListener listener) {
    this.admission = admission;
    this.settings = settings;
    this.ends = ends;
    this.remarks = settings.remarks();
    this.explain = explain;
    this.framework = new Framework(settings.ambient(), admission, remarks);
    this.listener = listener;
    this.followed = listener.follows();
  }

  /**
   * What a new session is asked to be, with its lane.
   *
   * @param step of its transaction or request, if somebody follows that
   */
  record Wish(Access access, PoolLane lane, @Nullable Step step) {

    void note(Step.Note note, @Nullable Throwable why) {
      if (step != null) {
        step.note(note, why);
      }
    }

    boolean readOnly() {
      return access.isReadOnly() || lane.readOnly();
    }

    Session.Terms terms(int attempt) {
      return new Session.Terms(access, readOnly(), attempt);
    }
  }

  Wish wish(Access access) {
    Objects.requireNonNull(access, "access");
    return new Wish(access, admission.lane(access.lane()).as(access.role()), null);
  }

  /** The same wish for a transaction that may be followed, from now on. */
  Wish followed(Wish wish) {
    return stepping(wish, followed ? listener.transaction(wish.access) : null);
  }

  /** The same wish for a request that may be followed, from now on. */
  Wish followedRequest(Wish wish) {
    return stepping(wish, followed ? listener.request(wish.access) : null);
  }

  private static Wish stepping(Wish wish, @Nullable Step step) {
    return step == null ? wish : new Wish(wish.access, wish.lane, step);
  }

  PoolListener listener() {
    return listener;
  }

  /**
   * The session that the calling thread is in, a framework's transaction included; null if it is in
   * none of its own. In a request, the first who asks begins its transaction.
   */
  @Nullable Session mine() {
    Session open = open();
    return open == null && request.isBound() ? request.get().begin(true) : open;
  }

  /** As {@link #mine}, where a request has not begun. */
  private @Nullable Session open() {
    Session bound = bound();
    return framework.innermost(bound != null && bound.tenure().isMine() ? bound : null);
  }

  /** The innermost that was opened here, whatever thread it belongs to. */
  private @Nullable Session bound() {
    if (here.isBound()) {
      return here.get().innermost();
    }
    RequestScope.Begun begun = request.isBound() ? request.get().begun() : null;
    return begun == null ? null : begun.session().innermost();
  }

  Session current() {
    Session open = open();
    Session current = open == null ? bound() : open;
    if (current == null || current.isSetAside()) {
      throw new IllegalStateException(
          "There is no session here: current() works inside the lambda of withSession,"
              + " inTransaction and their like, on their thread.");
    }
    current.lane(); // refuses another thread
    return current;
  }

  /** Whether the calling thread is in a session, or in a request that will open one. */
  boolean isInside() {
    return open() != null || (request.isBound() && request.get().isMine());
  }

  /** Whether a session asked for now would be a new one that may only read. */
  boolean wouldReadAlone(Access access) {
    return wish(access).readOnly() && !isInside();
  }

  /** Runs it once the transaction that the calling thread is in has committed, or at once. */
  void afterCommit(Runnable action) {
    Session current = open();
    if (current == null || !current.isInTransaction()) {
      action.run();
    } else {
      current.afterCommit(action::run);
    }
  }

  /** The current session's connection, or one of its own where there is none. */
  Connection join(DataSource fresh) throws SQLException {
    Session open = open();
    // Who asks for a connection like this may be the framework, about to make it its own.
    Session current = open == null && request.isBound() ? request.get().begin(false) : open;
    if (current == null) {
      settings.checkOutsideTransaction(admission.lane(Access.DEFAULT_LANE).role());
      return fresh.getConnection();
    }
    return current.tenure().join(current.calledBy());
  }

  <R extends @Nullable Object, X extends Throwable> R with(Access access, Work<R, X> work)
      throws X {
    Wish wish = wish(access);
    Session outer = mine();
    if (outer != null) {
      check(outer, wish);
      return within(
          access.budget(),
          () -> inside(outer, around -> run(around.inner(access, around.attempt()), work)));
    }
    settings.checkOutsideTransaction(wish.lane.role());
    return ends.wanted() ? ends.told(wish.lane, () -> followed(wish, work)) : followed(wish, work);
  }

  private <R extends @Nullable Object, X extends Throwable> R followed(Wish wish, Work<R, X> work)
      throws X {
    Step step = followed ? listener.session(wish.access) : null;
    return step == null ? alone(wish, work) : Step.<R, X>around(step, () -> alone(wish, work));
  }

  private <R extends @Nullable Object, X extends Throwable> R alone(Wish wish, Work<R, X> work)
      throws X {
    Duration budget = wish.lane.budget(wish.access.budget());
    return budget == null ? open(wish, work) : Deadline.within(budget, () -> open(wish, work));
  }

  /** How outermost sessions ended. */
  SessionEnds ends() {
    return ends;
  }

  static <R extends @Nullable Object, X extends Throwable> R within(
      @Nullable Duration budget, ScopedValue.CallableOp<R, X> work) throws X {
    return budget == null ? work.call() : Deadline.within(budget, work);
  }

  private <R extends @Nullable Object, X extends Throwable> R open(Wish wish, Work<R, X> work)
      throws X {
    Tenure tenure = borrow(wish);
    R result;
    try {
      result = outermost(Session.outermost(tenure, wish.terms(1)), work);
    } catch (Throwable failure) {
      tenure.close();
      tenure.tell(failure);
      throw failure;
    }
    tenure.close();
    tenure.tell(null);
    return result;
  }

  private <R extends @Nullable Object, X extends Throwable> R outermost(
      Session session, Work<R, X> work) throws X {
    return ScopedValue.where(here, session).<R, X>call(() -> run(session, work));
  }

  private Tenure borrow(Wish wish) {
    try {
      var tenure = new Tenure(admission.borrow(wish.lane, wish.access.isReadOnly()), remarks);
      Access.Isolation isolation = wish.access.rules().isolation();
      if (isolation != null) {
        isolate(tenure, isolation);
      }
      return tenure;
    } catch (SQLException failure) {
      throw explain.apply(wish.lane, failure);
    }
  }

  private static void isolate(Tenure tenure, Access.Isolation isolation) throws SQLException {
    try {
      tenure.isolation(isolation.level());
    } catch (Throwable failure) {
      tenure.close();
      throw failure;
    }
  }

  /** A connection for a transaction, which makes it what it must be. */
  Tenure borrowForTransaction(Wish wish) {
    try {
      return new Tenure(admission.borrowForTransaction(wish.lane), remarks);
    } catch (SQLException failure) {
      throw explain.apply(wish.lane, failure);
    }
  }

  /** Runs what is inside the outermost session. */
  <R extends @Nullable Object, X extends Throwable> R bind(Session outermost, Inside<R, X> inside)
      throws X {
    return ScopedValue.where(here, outermost).<R, X>call(() -> inside.with(outermost));
  }

  /** Runs what is inside a session that may not have been opened here. */
  <R extends @Nullable Object, X extends Throwable> R inside(Session outer, Inside<R, X> inside)
      throws X {
    if (here.isBound() && here.get().equals(outer.outermost())) {
      return inside.with(outer);
    }
    try {
      return ScopedValue.where(here, outer.outermost()).<R, X>call(() -> inside.with(outer));
    } finally {
      if (outer.tenure().isForeign()) {
        outer.tenure().close();
      }
    }
  }

  /** Runs a request. */
  <R extends @Nullable Object, X extends Throwable> R bind(
      RequestScope scope, ScopedValue.CallableOp<R, X> work) throws X {
    return ScopedValue.where(request, scope).call(work);
  }

  /** A transaction has begun in a session that was opened here. */
  void introduce(Session session, Transaction transaction) {
    try {
      framework.introduce(session, transaction);
    } catch (SQLException failure) {
      throw explain.apply(admission.lane(session.tenure().lane()), failure);
    }
  }

  /** What happens in a session, beside the caller's work. */
  @FunctionalInterface
  interface Inside<R extends @Nullable Object, X extends Throwable> {
    R with(Session session) throws X;
  }

  /** Runs one lambda, with a connection that ends with it. */
  static <R extends @Nullable Object, X extends Throwable> R run(Session session, Work<R, X> work)
      throws X {
    SessionConnection connection = session.tenure().view(session.calledBy());
    try {
      return work.with(connection);
    } finally {
      session.end();
      Tenure.close(connection);
    }
  }

  /** The transaction that the calling thread is in, by way of the session. */
  static @Nullable Transaction around(Session outer) {
    return outer.tenure().transaction();
  }

  /** Checks that an inner session can have what it wants on the connection of the outer one. */
  void check(Session outer, Wish inner) {
    Nested.check(outer, inner, admission.lane(outer.tenure().lane()).login());
  }

  /** A connection of its own, whatever session the calling thread is in. */
  Connection apart(PoolLane lane) throws SQLException {
    return admission.borrow(lane, false);
  }
}
