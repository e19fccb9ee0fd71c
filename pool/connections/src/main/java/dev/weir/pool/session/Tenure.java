package dev.weir.pool.session;

import dev.weir.pool.lease.LeasedConnection;
import dev.weir.pool.lease.Remark;
import dev.weir.pool.lease.SessionConnection;
import dev.weir.pool.lease.Tenant;
import dev.weir.pool.socket.Logs;
import dev.weir.tasks.spi.CommitHook;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One borrow and all lambdas that share it, from the outermost one's beginning to its end. It
 * belongs to the thread that made it.
 */
public final class Tenure implements Tenant {

  private static final String IN_USE_ELSEWHERE = "55006";
  private static final String NOT_YOURS_TO_END = "2D000";

  private final LeasedConnection borrow;
  private final Function<@Nullable String, Remark> remarks;
  private final Thread owner = Thread.currentThread();
  private @Nullable Callbacks callbacks;
  private @Nullable Transaction transaction;
  private @Nullable Set<SessionConnection> joined;
  private boolean foreign;
  private boolean over;
  private boolean lost;

  /**
   * What begins with a borrow.
   *
   * @param remarks what statements tell the server, by the name of their session
   */
  public Tenure(LeasedConnection borrow, Function<@Nullable String, Remark> remarks) {
    this.borrow = borrow;
    this.remarks = remarks;
  }

  /**
   * A borrow of somebody else's, who gives it back; whose transaction this is that sessions join.
   */
  public Tenure(
      LeasedConnection theirs,
      Function<@Nullable String, Remark> remarks,
      Transaction transaction) {
    this(theirs, remarks);
    this.transaction = transaction;
    this.foreign = true;
  }

  /** The role that its connection runs as; empty for the login's own. */
  public String role() {
    return borrow.role();
  }

  /** The lane in which its connection was borrowed. */
  public String lane() {
    return borrow.lane();
  }

  /** Whether it is of that borrow. */
  public boolean holds(LeasedConnection borrow) {
    return this.borrow.equals(borrow);
  }

  /** Whether somebody else gives its connection back. */
  public boolean isForeign() {
    return foreign;
  }

  /** Whether nothing can be done in it any more. */
  public boolean isOver() {
    return over || (foreign && isLost());
  }

  /** Whether the calling thread is the one it belongs to. */
  public boolean isMine() {
    return owner == Thread.currentThread();
  }

  /** The thread it belongs to, for messages. */
  public String owner() {
    return owner.toString();
  }

  /** The transaction under way, if there is one. */
  public @Nullable Transaction transaction() {
    return transaction;
  }

  /**
   * Runs what wanted to be called when its transactions have ended.
   *
   * @param failure what the caller is about to get, if it is one
   */
  public void tell(@Nullable Throwable failure) {
    if (callbacks != null) {
      callbacks.tell(failure);
    }
  }

  /** The connection for one lambda of that name, which closes it. */
  public SessionConnection view(@Nullable String name) {
    return borrow.view(this, remarks.apply(name));
  }

  /** Makes the sessions transactions by themselves, of this isolation. */
  public void isolation(int level) throws SQLException {
    borrow.setTransactionIsolation(level);
  }

  /**
   * Begins a transaction.
   *
   * @throws IllegalStateException if one was begun by hand
   */
  public Transaction begin(Opening opening) throws SQLException {
    if (!borrow.getAutoCommit()) {
      throw new IllegalStateException(
          "A transaction was begun by setAutoCommit(false) on the connection of this session, so"
              + " inTransaction cannot begin another: end it first, or begin it by inTransaction.");
    }
    if (callbacks == null) {
      callbacks = new Callbacks();
    }
    Transaction begun = Transaction.begin(borrow, opening, callbacks);
    transaction = begun;
    return begun;
  }

  /** The transaction is over, the session goes on. */
  public void leave() throws SQLException {
    Transaction left = transaction;
    transaction = null;
    if (left != null) {
      left.leave();
    }
  }

  /** Whether the server can, or could at the end, no longer be asked over its connection. */
  public boolean isLost() {
    try {
      return over ? lost : borrow.isClosed();
    } catch (SQLException _) {
      return true;
    }
  }

  @Override
  public void check() throws SQLException {
    if (owner != Thread.currentThread()) {
      throw new SQLException(
          "This connection belongs to the session of %s, but %s used it: give each thread a session of its own."
              .formatted(owner, Thread.currentThread()),
          IN_USE_ELSEWHERE);
    }
  }

  @Override
  public boolean passesOn(End end) throws SQLException {
    if (transaction != null) {
      throw notYours(end.call());
    }
    return true;
  }

  @Override
  public void permits(String sql) throws SQLException {
    String ending = transaction == null ? null : TransactionControl.in(sql);
    if (ending != null) {
      throw notYours("The statement " + ending);
    }
  }

  private static SQLException notYours(String what) {
    return new SQLException(
        what
            + " was called inside inTransaction, which alone begins and ends its transaction: return to commit; throw, or call current().rollbackOnly(), to roll back.",
        NOT_YOURS_TO_END);
  }

  @Override
  public void failed(Throwable failure) {
    Transaction under = transaction;
    if (under != null && failure instanceof SQLException known) {
      under.sawFailure(known);
    }
  }

  @Override
  public @Nullable CommitHook commitHook() {
    Transaction under = transaction;
    return under == null ? null : work -> hook(under, work);
  }

  private void hook(Transaction under, Runnable work) {
    Objects.requireNonNull(work, "work");
    if (!isMine() || !under.equals(transaction) || over) {
      throw new IllegalStateException(
          "This CommitHook is of a transaction that is over, or of another thread: unwrap one from"
              + " the connection of the running transaction.");
    }
    under.after(true, work::run);
  }

  @Override
  public void closed(SessionConnection connection) {
    // Nothing goes back before the session ends.
  }

  /**
   * The connection for a framework that closes what it is given.
   *
   * @throws SQLException if the session is over, or of another thread
   */
  public Connection join(@Nullable String name) throws SQLException {
    if (over) {
      throw new SQLException(
          "The session is over, and with it its connection: its data source is of no use after its"
              + " lambda has returned.",
          "08003");
    }
    check();
    SessionConnection connection = borrow.view(new Joining(), remarks.apply(name));
    if (joined == null) {
      joined = Collections.newSetFromMap(new IdentityHashMap<>());
    }
    joined.add(connection);
    return connection;
  }

  /** Ends the use of the connection and gives it back, if it is its own. Twice is harmless. */
  public void close() {
    lost = isLost();
    over = true;
    if (joined != null) {
      List<SessionConnection> open = new ArrayList<>(joined);
      open.forEach(Tenure::close);
    }
    if (!foreign) {
      close(borrow);
    }
  }

  /** Closes; a failure changes nothing for the caller. */
  public static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException failure) {
      // The pool has thrown the socket away; the caller's work is done and stays done.
      Logs.closeFailed(failure);
    }
  }

  /** A framework that thinks it has a connection of its own. */
  private final class Joining implements Tenant {

    /** It began a transaction of its own: there was none. */
    private boolean began;

    @Override
    public void check() throws SQLException {
      Tenure.this.check();
    }

    @Override
    public void permits(String sql) throws SQLException {
      Tenure.this.permits(sql);
    }

    @Override
    public void failed(Throwable failure) {
      Tenure.this.failed(failure);
    }

    @Override
    public @Nullable CommitHook commitHook() {
      return Tenure.this.commitHook();
    }

    @Override
    public boolean passesOn(End end) throws SQLException {
      Transaction around = transaction;
      if (around != null) {
        if (end == End.ROLLBACK) {
          around.spoil(
              "rollback() was called in it, on a connection of a joining data source", null);
        }
        return false;
      }
      if (began || borrow.getAutoCommit()) {
        began |= end == End.BEGIN;
        return true;
      }
      return passesOnToOneBegunByHand(end);
    }

    private static boolean passesOnToOneBegunByHand(End end) throws SQLException {
      if (end == End.ROLLBACK) {
        throw new SQLException(
            "rollback() was called on a connection of a joining data source, but the transaction was begun by setAutoCommit(false) on the connection of the session: roll back there.",
            NOT_YOURS_TO_END);
      }
      return false;
    }

    /** As a pool would: what it left open is rolled back, and each statement commits by itself. */
    @Override
    public void closed(SessionConnection connection) throws SQLException {
      if (joined != null) {
        joined.remove(connection);
      }
      if (began && transaction == null && !borrow.isClosed() && !borrow.getAutoCommit()) {
        borrow.rollback();
        borrow.setAutoCommit(true);
      }
    }
  }
}
