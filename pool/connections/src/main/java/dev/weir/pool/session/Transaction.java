package dev.weir.pool.session;

import dev.weir.pool.lease.LeasedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * One transaction on a borrowed connection, from BEGIN to the knowledge of how it ended. Used by
 * the thread of its session alone.
 */
public final class Transaction {

  private static final String FAILED_BEFORE = "25P02";

  private final LeasedConnection connection;
  private final Opening opening;
  private final Callbacks callbacks;
  private @Nullable Identity identity;
  private boolean madeReadOnly;

  /** Its owner wants no commit. */
  private boolean givenUp;

  /** Somebody inside spoiled it for its owner: how, and by what. */
  private Outcome.@Nullable RolledBack spoiled;

  /** Of a statement in it: the one that made it fail, if it has. */
  private @Nullable SQLException lastFailure;

  /** Who ends it, if that is not the session. */
  private final @Nullable Owner owner;

  private boolean ownerWillTell;

  /** Those inside which the running code is. */
  private int savepoints;

  private Transaction(
      LeasedConnection connection, Opening opening, Callbacks callbacks, @Nullable Owner owner) {
    this.connection = connection;
    this.opening = opening;
    this.callbacks = callbacks;
    this.owner = owner;
  }

  /** One that was begun by somebody else, who will end it. */
  public static Transaction of(LeasedConnection connection, boolean readOnly, Owner owner) {
    return new Transaction(connection, new Opening(readOnly, null, false), new Callbacks(), owner);
  }

  /**
   * Who a transaction is to the server.
   *
   * @param xid its number
   * @param pid the process that runs it
   * @param era which life of the server that is: after a crash numbers are given out again
   */
  public record Identity(String xid, int pid, String era) {}

  /** A point inside to which it can go back, and how it stood there. */
  public record Mark(
      Savepoint savepoint,
      int depth,
      int callbacks,
      boolean givenUp,
      Outcome.@Nullable RolledBack spoiled) {}

  /**
   * Begins. BEGIN itself travels with the first words to the server, in one message.
   *
   * @throws SQLException if that fails; nothing is begun then
   */
  public static Transaction begin(LeasedConnection connection, Opening opening, Callbacks callbacks)
      throws SQLException {
    var transaction = new Transaction(connection, opening, callbacks, null);
    try {
      transaction.open();
      return transaction;
    } catch (SQLException | RuntimeException failure) {
      transaction.rollBackQuietly(failure);
      transaction.leave();
      throw failure;
    }
  }

  private void open() throws SQLException {
    connection.setAutoCommit(false);
    if (opening.readOnly() && !connection.isReadOnly()) {
      // Costs no message now: the driver says BEGIN READ ONLY.
      connection.setReadOnly(true);
      madeReadOnly = true;
    }
    List<String> row = connection.begin(opening.sql());
    if (opening.identifies()) {
      identity = new Identity(row.getFirst(), Integer.parseInt(row.get(1)), row.get(2));
    }
  }

  /** Who it is; null unless it was begun so that this is known. */
  public @Nullable Identity identity() {
    return identity;
  }

  /** Whether it may write. */
  public boolean isReadOnly() {
    return opening.readOnly();
  }

  /**
   * In SQL's words, or null for what the connection does by itself. Of a transaction that somebody
   * else began the server is asked.
   */
  public @Nullable String isolation() {
    return owner == null ? opening.isolation() : askedIsolation();
  }

  private String askedIsolation() {
    try {
      return switch (connection.getTransactionIsolation()) {
        case Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE READ";
        case Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE";
        default -> "READ COMMITTED";
      };
    } catch (SQLException failure) {
      return "of an isolation that the server would not tell";
    }
  }

  /** Whether it will be rolled back. */
  public boolean isRollbackOnly() {
    return givenUp || spoiled != null || (owner != null && owner.isRollbackOnly());
  }

  /** Its owner wants no commit. */
  public void giveUp() {
    givenUp = true;
  }

  /** Somebody inside it makes a commit impossible. */
  public void spoil(String how, @Nullable Throwable why) {
    if (spoiled == null) {
      spoiled = new Outcome.RolledBack(how, why);
    }
    if (owner != null && savepoints == 0) {
      owner.rollbackOnly();
    }
  }

  /** A statement in it failed. */
  void sawFailure(SQLException failure) {
    if (!FAILED_BEFORE.equals(failure.getSQLState())) {
      lastFailure = failure;
    }
  }

  /** Something to do when it has ended so. */
  public void after(boolean commit, Callbacks.Todo todo) {
    callbacks.add(commit ? Callbacks.End.COMMIT : Callbacks.End.ROLLBACK, todo);
    if (owner != null && !ownerWillTell) {
      ownerWillTell = true;
      owner.atEnd(callbacks);
    }
  }

  /** Something to do when nobody can find out how it has ended. */
  public void afterUnknown(Callbacks.Todo todo) {
    callbacks.add(Callbacks.End.UNKNOWN, todo);
  }

  /** The work returned: commits, unless somebody wanted otherwise. */
  public Outcome commit() {
    Outcome outcome = ended();
    switch (outcome) {
      case Outcome.Committed _ -> callbacks.committed();
      case Outcome.GivenUp _, Outcome.RolledBack _, Outcome.Failed _ -> callbacks.rolledBack();
      case Outcome.Unknown _ -> {
        // Somebody may still find out.
      }
    }
    return outcome;
  }

  /** What an unknown outcome turned out to be. */
  public void turnedOut(boolean committed) {
    if (committed) {
      callbacks.committed();
    } else {
      callbacks.rolledBack();
    }
  }

  /** Nobody found out. */
  public void stayedUnknown() {
    callbacks.unknown();
  }

  private Outcome ended() {
    Outcome.RolledBack bad = spoiled;
    if (bad != null || givenUp) {
      rollBackQuietly(bad == null ? null : bad.why());
      return bad == null ? new Outcome.GivenUp() : bad;
    }
    try {
      if (connection.isClosed()) {
        return new Outcome.Failed(
            new SQLException("The connection was lost before COMMIT was sent.", "08003"));
      }
      if (hasFailed()) {
        // The server would answer COMMIT with ROLLBACK, and the driver take that for success.
        Outcome swallowed = swallowed();
        rollBackQuietly(lastFailure);
        return swallowed;
      }
      return sendCommit();
    } catch (SQLException unasked) {
      rollBackQuietly(unasked);
      return new Outcome.Failed(unasked);
    }
  }

  private Outcome sendCommit() {
    try {
      connection.commit();
      connection.committed();
      return new Outcome.Committed();
    } catch (SQLException failure) {
      if (FAILED_BEFORE.equals(failure.getSQLState())) {
        return swallowed();
      }
      if (isLost() && !opening.readOnly()) {
        return new Outcome.Unknown(failure);
      }
      rollBackQuietly(failure);
      return new Outcome.Failed(failure);
    }
  }

  private Outcome swallowed() {
    return new Outcome.RolledBack(
        "a statement in it had failed, after which PostgreSQL commits nothing, and the work went on"
            + " as if nothing had happened",
        lastFailure);
  }

  private boolean hasFailed() throws SQLException {
    return connection.isWrapperFor(BaseConnection.class)
        && connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.FAILED;
  }

  /** Whether the server can no longer be asked over this connection. */
  public boolean isLost() {
    try {
      return connection.isClosed();
    } catch (SQLException _) {
      return true;
    }
  }

  /** The work threw. */
  public void rollBack(Throwable failure) {
    rollBackQuietly(failure);
    callbacks.rolledBack();
  }

  private void rollBackQuietly(@Nullable Throwable failure) {
    try {
      if (!connection.isClosed()) {
        connection.rollback();
      }
    } catch (SQLException second) {
      if (failure != null) {
        failure.addSuppressed(second);
      }
    }
  }

  /** Makes the connection commit by itself again, for the session that goes on with it. */
  public void leave() throws SQLException {
    if (!connection.isClosed()) {
      if (madeReadOnly) {
        connection.setReadOnly(false);
      }
      connection.setAutoCommit(true);
    }
  }

  /** Remembers this point. */
  public Mark mark() throws SQLException {
    var mark = new Mark(connection.setSavepoint(), savepoints, callbacks.mark(), givenUp, spoiled);
    savepoints++;
    return mark;
  }

  /**
   * The work since the mark is done.
   *
   * @return why it was rolled back to the mark after all, or null if it was not
   */
  public @Nullable Outcome release(Mark mark) throws SQLException {
    savepoints = mark.depth;
    Outcome why = hasFailed() ? swallowed() : unwantedSince(mark);
    if (why == null) {
      connection.releaseSavepoint(mark.savepoint);
    } else {
      rollBackTo(mark);
    }
    return why;
  }

  private @Nullable Outcome unwantedSince(Mark mark) {
    if (spoiled != null && mark.spoiled == null) {
      return spoiled;
    }
    return givenUp && !mark.givenUp ? new Outcome.GivenUp() : null;
  }

  /** The work since the mark is undone, and it can go on. */
  public void rollBackTo(Mark mark) throws SQLException {
    savepoints = mark.depth;
    givenUp = mark.givenUp;
    spoiled = mark.spoiled;
    lastFailure = null;
    connection.rollback(mark.savepoint);
    connection.releaseSavepoint(mark.savepoint);
    callbacks.rolledBackTo(mark.callbacks);
  }
}
