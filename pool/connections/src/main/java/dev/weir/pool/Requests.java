package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.pool.session.Tenure;
import dev.weir.pool.session.Transaction;
import dev.weir.tasks.spi.Step;
import org.jspecify.annotations.Nullable;

/** Runs requests: one transaction for all sessions of each, if it has any. */
final class Requests {

  private final Sessions sessions;
  private final Transactions transactions;

  Requests(Sessions sessions, Transactions transactions) {
    this.sessions = sessions;
    this.transactions = transactions;
  }

  <R extends @Nullable Object, X extends Throwable> R run(
      Access access, ScopedValue.CallableOp<R, X> work) throws X {
    Sessions.Wish wish = sessions.wish(access);
    if (sessions.isInside()) {
      return Sessions.within(access.budget(), work);
    }
    var scope = new RequestScope(introduced -> open(wish, introduced));
    return Sessions.within(
        wish.lane().budget(access.budget()),
        () -> sessions.bind(scope, () -> followed(scope, wish, work)));
  }

  private <R extends @Nullable Object, X extends Throwable> R followed(
      RequestScope scope, Sessions.Wish wish, ScopedValue.CallableOp<R, X> work) throws X {
    Sessions.Wish seen = sessions.followedRequest(wish);
    return Step.<R, X>around(seen.step(), () -> noted(scope, seen, work));
  }

  private <R extends @Nullable Object, X extends Throwable> R noted(
      RequestScope scope, Sessions.Wish wish, ScopedValue.CallableOp<R, X> work) throws X {
    try {
      return told(scope, wish, work);
    } finally {
      if (scope.begun() == null) {
        wish.note(Step.Note.UNUSED, null);
      }
    }
  }

  /** A request without a session is none that anybody wants to hear of. */
  private <R extends @Nullable Object, X extends Throwable> R told(
      RequestScope scope, Sessions.Wish wish, ScopedValue.CallableOp<R, X> work) throws X {
    SessionEnds ends = sessions.ends();
    return ends.wanted()
        ? ends.told(
            wish.lane(), () -> run(scope, wish, work), why -> scope.begun() != null || refused(why))
        : run(scope, wish, work);
  }

  private static boolean refused(@Nullable Throwable why) {
    return why instanceof AdmissionRejectedException || why instanceof DatabaseUnavailableException;
  }

  private RequestScope.Begun open(Sessions.Wish wish, boolean introduced) {
    Tenure tenure = sessions.borrowForTransaction(wish);
    try {
      Session session = Session.outermost(tenure, wish.terms(1));
      Transaction transaction = Transactions.begin(session);
      session.owns(transaction);
      if (introduced) {
        sessions.introduce(session, transaction);
      }
      return new RequestScope.Begun(session, transaction);
    } catch (Throwable failure) {
      tenure.close();
      throw failure;
    }
  }

  private <R extends @Nullable Object, X extends Throwable> R run(
      RequestScope scope, Sessions.Wish wish, ScopedValue.CallableOp<R, X> work) throws X {
    R result;
    try {
      result = work.call();
      scope.beforeCommit();
    } catch (Throwable failure) {
      rollBack(scope.begun(), failure);
      throw failure;
    }
    RequestScope.Begun begun = scope.begun();
    return begun == null
        ? result
        : transactions.close(begun.session(), commit(begun, result), wish);
  }

  private static void rollBack(RequestScope.@Nullable Begun begun, Throwable failure) {
    if (begun != null) {
      Session session = begun.session();
      session.end();
      begun.transaction().rollBack(failure);
      session.dismissGuest();
      session.tenure().close();
      session.tenure().tell(failure);
    }
  }

  private static <R extends @Nullable Object> Transactions.Ended<R> commit(
      RequestScope.Begun begun, R result) {
    begun.session().end();
    Transaction transaction = begun.transaction();
    var ended = new Transactions.Ended<R>(result, transaction, transaction.commit());
    begun.session().dismissGuest();
    return ended;
  }
}
