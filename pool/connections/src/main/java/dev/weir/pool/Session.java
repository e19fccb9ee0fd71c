package dev.weir.pool;

import dev.weir.gate.Deadline;
import dev.weir.pool.session.JoiningDataSource;
import dev.weir.pool.session.Tenure;
import dev.weir.pool.session.Transaction;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The session that the running code is in: the innermost lambda given to a session method of one
 * {@link UnifiedConnectionManager}. It belongs to that lambda and its thread; used after it or by
 * another thread, every method throws {@link IllegalStateException}.
 */
public final class Session {

  private final Session outermost;
  private final @Nullable Session outer;
  private final Tenure tenure;
  private final Access access;
  private final boolean readOnly;
  private final int attempt;

  /** The transaction that ends with this lambda, or whose savepoint does. */
  private @Nullable Transaction own;

  private boolean over;

  /** Of the outermost alone: what a framework makes of its transaction. */
  private AmbientConnection.Guest guest = AmbientConnection.Guest.NONE;

  /** Of the outermost alone: where the running code is. */
  private Session innermost;

  private Session(@Nullable Session outer, Tenure tenure, Terms terms) {
    this.outer = outer;
    this.outermost = outer == null ? this : outer.outermost;
    this.tenure = tenure;
    this.access = terms.access;
    this.readOnly = terms.readOnly;
    this.attempt = terms.attempt;
    this.innermost = this;
  }

  /** How a lambda runs. */
  record Terms(Access access, boolean readOnly, int attempt) {}

  /** One that has borrowed. */
  static Session outermost(Tenure tenure, Terms terms) {
    return new Session(null, tenure, terms);
  }

  /** One inside this one, from now on. */
  Session inner(Access access, int attempt) {
    boolean reads = readOnly || access.isReadOnly();
    var inner = new Session(this, tenure, new Terms(access, reads, attempt));
    outermost.innermost = inner;
    return inner;
  }

  /** Its lambda has ended. */
  void end() {
    over = true;
    if (outer != null) {
      outermost.innermost = outer;
    }
  }

  Session outermost() {
    return outermost;
  }

  AmbientConnection.Guest guest() {
    return outermost.guest;
  }

  void guest(AmbientConnection.Guest framework) {
    outermost.guest = framework;
  }

  /** Its transaction is over, so the framework forgets it. */
  void dismissGuest() {
    AmbientConnection.Guest leaving = outermost.guest;
    outermost.guest = AmbientConnection.Guest.NONE;
    leaving.leave();
  }

  /** Whether a framework has set its transaction aside. */
  boolean isSetAside() {
    return outermost.guest.isSetAside();
  }

  Session innermost() {
    return innermost;
  }

  Tenure tenure() {
    return tenure;
  }

  Access access() {
    return access;
  }

  void owns(Transaction transaction) {
    own = transaction;
  }

  /** Its name, or that of the next one around it that has one. */
  @Nullable String calledBy() {
    String name = access.name();
    return name != null || outer == null ? name : outer.calledBy();
  }

  /** As it is called in messages. */
  String title() {
    String kind = readOnly ? "read-only" : "read-write";
    String name = access.name();
    return "the " + kind + " session" + (name == null ? "" : " '" + name + "'");
  }

  private Session checked() {
    if (!tenure.isMine()) {
      throw new IllegalStateException(
          "%s belongs to %s, but %s used it: give each thread a session of its own."
              .formatted(title(), tenure.owner(), Thread.currentThread()));
    }
    if (over || tenure.isOver()) {
      throw new IllegalStateException(
          "%s is over: its lambda has returned, and its connection may be somebody else's."
              .formatted(title()));
    }
    return this;
  }

  private Transaction transaction() {
    Transaction transaction = checked().tenure.transaction();
    if (transaction == null) {
      throw new IllegalStateException(
          "%s is in no transaction, so there is nothing to commit or roll back: use inTransaction."
              .formatted(title()));
    }
    return transaction;
  }

  /** The name its access gives it. */
  public Optional<String> name() {
    return Optional.ofNullable(checked().access.name());
  }

  /** The lane in which its connection was borrowed, whatever lane a nested session names. */
  public String lane() {
    return checked().outermost.access.lane();
  }

  /** Whether it may only read. */
  public boolean isReadOnly() {
    return checked().readOnly;
  }

  /** Whether it is in a transaction that {@code inTransaction} began. */
  public boolean isInTransaction() {
    return checked().tenure.transaction() != null;
  }

  /** Which try of its transaction this is, from 1; a nested one is in the try of the outer one. */
  public int attempt() {
    return checked().attempt;
  }

  /** When the time of the running code is over. */
  public Deadline deadline() {
    checked();
    return Deadline.current();
  }

  /**
   * Has the transaction rolled back in the end although its work returns. The lambda that began it
   * gets its result to its caller all the same; asked for in a nested session, an outer lambda that
   * means to commit is told by {@link RolledBackException}. In a nested transaction that is a
   * savepoint, only that is rolled back.
   *
   * @throws IllegalStateException if there is no transaction
   */
  public void rollbackOnly() {
    Transaction transaction = transaction();
    if (transaction.equals(own)) {
      transaction.giveUp();
    } else {
      transaction.spoil("rollbackOnly() was called in " + title() + " inside it", null);
    }
  }

  /**
   * Whether the transaction will be rolled back although its work returns.
   *
   * @throws IllegalStateException if there is no transaction
   */
  public boolean isRollbackOnly() {
    return transaction().isRollbackOnly();
  }

  /**
   * Runs {@code callback} once if the transaction commits: after its connection has been given
   * back, on this thread, in the order of registration, before the session method returns. A
   * transaction inside a plain session has its connection until that ends, so its callbacks wait
   * for that, too. What a callback throws is logged, and hurts neither the other callbacks nor the
   * outcome. If the outcome stays unknown it does not run.
   *
   * @throws IllegalStateException if there is no transaction
   */
  public void afterCommit(Callback callback) {
    Objects.requireNonNull(callback, "callback");
    transaction().after(true, callback::run);
  }

  /**
   * As {@link #afterCommit}, if the transaction, or the savepoint in which this is called, is
   * rolled back; a transaction that is tried again was rolled back before. What a callback throws
   * is also attached, as suppressed, to the exception that the caller gets, if there is one.
   *
   * @throws IllegalStateException if there is no transaction
   */
  public void afterRollback(Callback callback) {
    Objects.requireNonNull(callback, "callback");
    transaction().after(false, callback::run);
  }

  /**
   * A data source whose every connection is this session's, as {@link
   * UnifiedConnectionManager#joiningDataSource} has it; after the session it has none.
   */
  public DataSource dataSource() {
    checked();
    return new JoiningDataSource(() -> tenure.join(calledBy()));
  }

  @Override
  public String toString() {
    return over ? title() + ", which is over" : title();
  }

  /** Something to do when a transaction has ended. */
  @FunctionalInterface
  public interface Callback {
    /** Does it. */
    void run() throws Exception;
  }
}
