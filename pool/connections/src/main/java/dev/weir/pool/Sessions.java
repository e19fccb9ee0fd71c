package dev.weir.pool;

import dev.weir.gate.Deadline;
import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.lease.Remark;
import dev.weir.pool.lease.SessionConnection;
import dev.weir.pool.session.Tenure;
import dev.weir.pool.session.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens sessions: borrows once for all that are inside each other on one thread. */
final class Sessions {

  /** The outermost session of the running code. */
  private final ScopedValue<Session> here = ScopedValue.newInstance();

  private final Admission admission;
  private final Function<@Nullable String, Remark> remarks;
  private final Function<SQLException, DatabaseUnavailableException> explain;

  Sessions(
      Admission admission,
      Function<@Nullable String, Remark> remarks,
      Function<SQLException, DatabaseUnavailableException> explain) {
    this.admission = admission;
    this.remarks = remarks;
    this.explain = explain;
  }

  /** What a new session is asked to be, with its lane. */
  record Wish(Access access, PoolLane lane) {

    boolean readOnly() {
      return access.isReadOnly() || lane.readOnly();
    }

    Session.Terms terms(int attempt) {
      return new Session.Terms(access, readOnly(), attempt);
    }
  }

  Wish wish(Access access) {
    Objects.requireNonNull(access, "access");
    return new Wish(access, admission.lane(access.lane()));
  }

  /** The session that the calling thread is in; null if it is in none of its own. */
  @Nullable Session mine() {
    if (!here.isBound()) {
      return null;
    }
    Session innermost = here.get().innermost();
    return innermost.tenure().isMine() ? innermost : null;
  }

  Session current() {
    if (!here.isBound()) {
      throw new IllegalStateException(
          "There is no session here: current() works inside the lambda of withSession,"
              + " inTransaction and their like, on their thread.");
    }
    Session current = here.get().innermost();
    current.lane(); // refuses another thread
    return current;
  }

  /** Runs it once the transaction that the calling thread is in has committed, or at once. */
  void afterCommit(Runnable action) {
    Session current = mine();
    if (current == null || !current.isInTransaction()) {
      action.run();
    } else {
      current.afterCommit(action::run);
    }
  }

  /** The current session's connection, or one of its own where there is none. */
  Connection join(DataSource fresh) throws SQLException {
    Session current = mine();
    return current == null ? fresh.getConnection() : current.tenure().join(current.calledBy());
  }

  <R extends @Nullable Object, X extends Throwable> R with(Access access, Work<R, X> work)
      throws X {
    Wish wish = wish(access);
    Session outer = mine();
    if (outer != null) {
      Nested.check(outer, wish);
      return within(access.budget(), () -> run(outer.inner(access, outer.attempt()), work));
    }
    return within(wish.lane.budget(access.budget()), () -> open(wish, work));
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
      result = bind(Session.outermost(tenure, wish.terms(1)), session -> run(session, work));
    } catch (Throwable failure) {
      tenure.close();
      tenure.tell(failure);
      throw failure;
    }
    tenure.close();
    tenure.tell(null);
    return result;
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
      throw explain.apply(failure);
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
      throw explain.apply(failure);
    }
  }

  /** Runs what is inside the outermost session. */
  <R extends @Nullable Object, X extends Throwable> R bind(Session outermost, Inside<R, X> inside)
      throws X {
    return ScopedValue.where(here, outermost).<R, X>call(() -> inside.with(outermost));
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

  /** A connection of its own, whatever session the calling thread is in. */
  Connection apart(PoolLane lane) throws SQLException {
    return admission.borrow(lane, false);
  }
}
