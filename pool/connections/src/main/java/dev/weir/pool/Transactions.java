package dev.weir.pool;

import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.session.Inquiry;
import dev.weir.pool.session.Opening;
import dev.weir.pool.session.Outcome;
import dev.weir.pool.session.Retries;
import dev.weir.pool.session.Tenure;
import dev.weir.pool.session.Transaction;
import dev.weir.tasks.spi.Step;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions: commit when the work returns, roll back when it throws, and another try where
 * that is safe. Between two tries the connection is given back.
 */
final class Transactions {

  private final Sessions sessions;
  private final Retries retries = Retries.of(UnknownOutcomeException.class);

  Transactions(Sessions sessions) {
    this.sessions = sessions;
  }

  /** The result of work that has returned, and what became of it. */
  record Ended<R extends @Nullable Object>(R result, Transaction transaction, Outcome how) {}

  <R extends @Nullable Object, X extends Throwable> R run(Access access, Work<R, X> work) throws X {
    Sessions.Wish wish = sessions.wish(access);
    Session outer = sessions.mine();
    if (outer == null) {
      wish.lane().retries().earn();
      SessionEnds ends = sessions.ends();
      return ends.wanted()
          ? ends.told(wish.lane(), () -> outermost(wish, work))
          : outermost(wish, work);
    }
    sessions.check(outer, wish);
    return Sessions.within(
        access.budget(), () -> sessions.inside(outer, around -> inside(around, wish, work)));
  }

  private <R extends @Nullable Object, X extends Throwable> R outermost(
      Sessions.Wish wish, Work<R, X> work) throws X {
    return Sessions.within(
        wish.lane().budget(wish.access().budget()), () -> followed(wish, it -> tries(it, work)));
  }

  /** What is done about a wish. */
  private interface Doing<R extends @Nullable Object, X extends Throwable> {
    R with(Sessions.Wish wish) throws X;
  }

  private <R extends @Nullable Object, X extends Throwable> R followed(
      Sessions.Wish wish, Doing<R, X> work) throws X {
    Sessions.Wish seen = sessions.followed(wish);
    return Step.<R, X>around(seen.step(), () -> work.with(seen));
  }

  /** Gives the connection back, tells who wanted to hear, and returns what the work did. */
  <R extends @Nullable Object> R close(Session session, Ended<R> ended, Sessions.Wish wish) {
    Tenure tenure = session.tenure();
    tenure.close();
    RuntimeException failure = failure(ended, wish);
    tenure.tell(failure);
    if (failure != null) {
      throw failure;
    }
    return ended.result;
  }

  /**
   * Behind a pooler: a session that may only read, which the server can be told of for no longer
   * than a transaction. There is nothing to commit in the end.
   */
  <R extends @Nullable Object, X extends Throwable> R read(Access access, Work<R, X> work)
      throws X {
    return run(
        access.attempts(1),
        connection -> {
          sessions.current().rollbackOnly();
          return work.with(connection);
        });
  }

  private <R extends @Nullable Object, X extends Throwable> R inside(
      Session outer, Sessions.Wish wish, Work<R, X> work) throws X {
    Transaction around = Sessions.around(outer);
    if (around == null) {
      wish.lane().retries().earn();
      return followed(wish, it -> triesOn(outer, it, work));
    }
    Session inner = outer.inner(wish.access(), outer.attempt());
    return wish.access().nesting() == Access.Nesting.SAVEPOINT
        ? savepoint(inner, around, work)
        : joined(inner, around, work);
  }

  private <R extends @Nullable Object, X extends Throwable> R tries(
      Sessions.Wish wish, Work<R, X> work) throws X {
    Throwable before = null;
    for (int attempt = 1; ; attempt++) {
      Tenure tenure = borrow(wish, before);
      try {
        return once(tenure, wish, attempt, work);
      } catch (Throwable failure) {
        if (!again(wish, attempt, failure, tenure.isLost())) {
          throw failure;
        }
        before = failure;
      }
    }
  }

  private Tenure borrow(Sessions.Wish wish, @Nullable Throwable before) {
    try {
      return sessions.borrowForTransaction(wish);
    } catch (RuntimeException failure) {
      if (before != null) {
        failure.addSuppressed(before);
      }
      throw failure;
    }
  }

  private boolean again(Sessions.Wish wish, int attempt, Throwable failure, boolean lost) {
    Access.Rules rules = wish.access().rules();
    boolean again =
        retries.again(
            new Retries.Failed(attempt, failure, lost),
            new Retries.Limits(
                rules.attempts(), rules.retriesLockTimeouts(), wish.lane().retries()));
    if (again) {
      sessions.listener().retrying(wish.lane().lane().name(), Retries.sqlState(failure));
      wish.note(Step.Note.RETRY, failure);
    }
    return again;
  }

  private <R extends @Nullable Object, X extends Throwable> R once(
      Tenure tenure, Sessions.Wish wish, int attempt, Work<R, X> work) throws X {
    Session session = Session.outermost(tenure, wish.terms(attempt));
    Ended<R> ended;
    try {
      ended = sessions.<Ended<R>, X>bind(session, here -> transact(here, work));
    } catch (Throwable failure) {
      tenure.close();
      tenure.tell(failure);
      throw failure;
    }
    return close(session, ended, wish);
  }

  /** On the connection of a session that goes on afterwards. */
  private <R extends @Nullable Object, X extends Throwable> R triesOn(
      Session outer, Sessions.Wish wish, Work<R, X> work) throws X {
    Tenure tenure = outer.tenure();
    for (int attempt = 1; ; attempt++) {
      try {
        return onceOn(outer.inner(wish.access(), attempt), wish, work);
      } catch (Throwable failure) {
        if (tenure.isLost() || !again(wish, attempt, failure, false)) {
          throw failure;
        }
      }
    }
  }

  private <R extends @Nullable Object, X extends Throwable> R onceOn(
      Session session, Sessions.Wish wish, Work<R, X> work) throws X {
    Tenure tenure = session.tenure();
    Ended<R> ended;
    try {
      ended = transact(session, work);
    } catch (Throwable failure) {
      session.end();
      leave(tenure, failure);
      throw failure;
    }
    leave(tenure, null);
    if (ended.how instanceof Outcome.Unknown) {
      // Its connection is dead: so that its permit is free for the one that asks.
      tenure.close();
    }
    RuntimeException failure = failure(ended, wish);
    if (failure != null) {
      throw failure;
    }
    return ended.result;
  }

  /** If that fails, the connection is good for nothing more; its next use says so. */
  private static void leave(Tenure tenure, @Nullable Throwable failure) {
    try {
      tenure.leave();
    } catch (SQLException second) {
      tenure.close();
      if (failure != null) {
        failure.addSuppressed(second);
      }
    }
  }

  private <R extends @Nullable Object, X extends Throwable> Ended<R> transact(
      Session session, Work<R, X> work) throws X {
    Transaction transaction = begin(session);
    session.owns(transaction);
    R result;
    try {
      sessions.introduce(session, transaction);
      result = Sessions.run(session, withGuest(session, work));
    } catch (Throwable failure) {
      transaction.rollBack(failure);
      session.dismissGuest();
      throw failure;
    }
    var ended = new Ended<R>(result, transaction, transaction.commit());
    session.dismissGuest();
    return ended;
  }

  private static <R extends @Nullable Object, X extends Throwable> Work<R, X> withGuest(
      Session session, Work<R, X> work) {
    AmbientConnection.Guest guest = session.guest();
    if (guest.equals(AmbientConnection.Guest.NONE)) {
      return work;
    }
    return connection -> {
      R result = work.with(connection);
      guest.beforeCommit();
      return result;
    };
  }

  /** Begins the transaction of a session. */
  static Transaction begin(Session session) {
    Access.Rules rules = session.access().rules();
    Access.Isolation isolation = rules.isolation();
    try {
      return session
          .tenure()
          .begin(
              new Opening(
                  session.isReadOnly(),
                  isolation == null ? null : isolation.sql(),
                  rules.isResolvable()));
    } catch (SQLException failure) {
      throw cannotBegin(failure);
    }
  }

  private static DatabaseUnavailableException cannotBegin(SQLException failure) {
    return new DatabaseUnavailableException(
        "The transaction could not begin: " + failure.getMessage(), failure);
  }

  private static <R extends @Nullable Object, X extends Throwable> R joined(
      Session inner, Transaction around, Work<R, X> work) throws X {
    try {
      return Sessions.run(inner, work);
    } catch (Throwable failure) {
      around.spoil("the work of an inner inTransaction, which had joined it, threw", failure);
      throw failure;
    }
  }

  private static <R extends @Nullable Object, X extends Throwable> R savepoint(
      Session inner, Transaction around, Work<R, X> work) throws X {
    Transaction.Mark mark = mark(inner, around);
    inner.owns(around);
    R result;
    try {
      result = Sessions.run(inner, work);
    } catch (Throwable failure) {
      rollBack(around, mark, failure);
      throw failure;
    }
    if (release(around, mark) instanceof Outcome.RolledBack(String how, var why)) {
      throw rolledBack("nested transaction was rolled back to its savepoint", how, why);
    }
    return result;
  }

  private static Transaction.Mark mark(Session inner, Transaction around) {
    try {
      return around.mark();
    } catch (SQLException failure) {
      inner.end();
      throw cannotBegin(failure);
    }
  }

  private static void rollBack(Transaction around, Transaction.Mark mark, Throwable failure) {
    try {
      around.rollBackTo(mark);
    } catch (SQLException second) {
      failure.addSuppressed(second);
      around.spoil("an inner transaction could not be rolled back to its savepoint", failure);
    }
  }

  private static @Nullable Outcome release(Transaction around, Transaction.Mark mark) {
    try {
      return around.release(mark);
    } catch (SQLException failure) {
      around.spoil("the savepoint of an inner transaction could not be released", failure);
      return new Outcome.RolledBack("its savepoint could not be released", failure);
    }
  }

  /** What the caller gets in place of its result; null if it gets that. */
  private @Nullable RuntimeException failure(Ended<?> ended, Sessions.Wish wish) {
    return switch (ended.how) {
      case Outcome.Committed _ -> null;
      case Outcome.GivenUp _ -> {
        wish.note(Step.Note.GIVEN_UP, null);
        yield null;
      }
      case Outcome.RolledBack(String how, var why) ->
          rolledBack("transaction was rolled back", how, why);
      case Outcome.Failed(var why) -> commitFailed(why);
      case Outcome.Unknown(var why) -> settle(ended.transaction, wish.lane(), why);
    };
  }

  private static RolledBackException rolledBack(String what, String how, @Nullable Throwable why) {
    return new RolledBackException(
        "The work ended well, but the %s, for %s. Let what fails inside be seen outside, or give it Nesting.SAVEPOINT to recover from it."
            .formatted(what, how),
        why);
  }

  private static CommitFailedException commitFailed(SQLException why) {
    return new CommitFailedException(
        "The work of the transaction ended well, but its COMMIT failed (%s): %s"
            .formatted(why.getSQLState(), why.getMessage()),
        why);
  }

  private @Nullable RuntimeException settle(
      Transaction transaction, PoolLane lane, SQLException why) {
    Transaction.Identity identity = transaction.identity();
    Inquiry.Answer answer =
        identity == null
            ? Inquiry.Answer.UNKNOWN
            : new Inquiry(() -> sessions.apart(lane.asLogin()), Retries::park).ask(identity);
    return switch (answer) {
      case COMMITTED -> {
        transaction.turnedOut(true);
        yield null;
      }
      case ABORTED -> {
        transaction.turnedOut(false);
        yield commitFailed(why);
      }
      case UNKNOWN -> {
        transaction.stayedUnknown();
        sessions.listener().outcomeUnknown(lane.lane().name());
        yield unknown(identity, why);
      }
    };
  }

  private static UnknownOutcomeException unknown(
      Transaction.@Nullable Identity identity, SQLException why) {
    String more =
        identity == null
            ? "Ask for Access.resolvable() to have the server asked, or look in the tables."
            : "The server did not say in time what became of transaction %s: ask it by pg_xact_status."
                .formatted(identity.xid());
    return new UnknownOutcomeException(
        "COMMIT was sent, but the connection was lost before the answer came (%s), so the transaction may be committed or not; it is not tried again. %s"
            .formatted(why.getMessage(), more),
        why);
  }
}
