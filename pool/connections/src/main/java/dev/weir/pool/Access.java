package dev.weir.pool;

import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a session is wanted. Immutable; the withers return a changed copy.
 *
 * <p>A data source made of it heeds mode, lane and budget; the rest is for sessions.
 *
 * @param mode whether it may write
 * @param lane the lane of the gate in which to wait; a session inside another waits nowhere
 * @param budget the time from the call within which all must be over, the wait for a permit, every
 *     statement and every retry, or null for what is left of the caller's own deadline
 * @param name what it is for, as errors, {@link Session#name} and, where {@code pool.sql-comments}
 *     asks for them, comments of its statements show it, or null
 * @param nesting what it is inside another session of the same manager and thread
 * @param rules how its transaction runs
 * @param role the role of the database that it runs as, or null for that of its lane, or the login
 *     itself
 */
public record Access(
    Mode mode,
    String lane,
    @Nullable Duration budget,
    @Nullable String name,
    Nesting nesting,
    Rules rules,
    @Nullable String role) {

  /** The lane of callers that say nothing else. */
  public static final String DEFAULT_LANE = "interactive";

  private static final Access READ_WRITE =
      new Access(Mode.READ_WRITE, DEFAULT_LANE, null, null, Nesting.JOIN, Rules.USUAL, null);
  private static final Access READ_ONLY =
      new Access(Mode.READ_ONLY, DEFAULT_LANE, null, null, Nesting.JOIN, Rules.USUAL, null);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the budget is zero or negative, or a name is blank
   */
  public Access {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(lane, "lane");
    Objects.requireNonNull(nesting, "nesting");
    Objects.requireNonNull(rules, "rules");
    if (budget != null && !budget.isPositive()) {
      throw new IllegalArgumentException(
          "The deadline of a session must lie ahead, but is " + budget + ".");
    }
    if (name != null && name.isBlank()) {
      throw new IllegalArgumentException("The name of a session is blank: give one or none.");
    }
    if (role != null && (role.isBlank() || role.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("The role of a session is blank: give one or none.");
    }
  }

  /** A session that may write, in the default lane. */
  public static Access readWrite() {
    return READ_WRITE;
  }

  /** A session that PostgreSQL itself keeps from writing, in the default lane. */
  public static Access readOnly() {
    return READ_ONLY;
  }

  /** The same in another lane. */
  public Access lane(String lane) {
    return new Access(mode, lane, budget, name, nesting, rules, role);
  }

  /**
   * The same under a {@link dev.weir.gate.Deadline} that lies {@code budget} ahead of the call; a
   * sooner one of the caller wins. The wait for a permit ends then, and so does every statement: it
   * is cancelled on the server.
   */
  public Access deadline(Duration budget) {
    Objects.requireNonNull(budget, "budget");
    return new Access(mode, lane, budget, name, nesting, rules, role);
  }

  /** The same under a name. */
  public Access name(String name) {
    Objects.requireNonNull(name, "name");
    return new Access(mode, lane, budget, name, nesting, rules, role);
  }

  /** The same with another choice of what it is inside another session. */
  public Access nesting(Nesting nesting) {
    return new Access(mode, lane, budget, name, nesting, rules, role);
  }

  /** The same with transactions that behave as if they ran one after another. */
  public Access serializable() {
    return isolation(Isolation.SERIALIZABLE);
  }

  /** The same with transactions that see the database as it was when they began. */
  public Access repeatableRead() {
    return isolation(Isolation.REPEATABLE_READ);
  }

  /** The same with statements that each see what was committed before them. */
  public Access readCommitted() {
    return isolation(Isolation.READ_COMMITTED);
  }

  private Access isolation(Isolation isolation) {
    return rules(
        new Rules(isolation, rules.attempts, rules.retriesLockTimeouts, rules.isResolvable));
  }

  /**
   * The same with a transaction that is tried so often at most, the first time included.
   *
   * @throws IllegalArgumentException if that is less than once
   */
  public Access attempts(int attempts) {
    return rules(
        new Rules(rules.isolation, attempts, rules.retriesLockTimeouts, rules.isResolvable));
  }

  /** The same with a transaction that is tried again after a lock timeout, SQLSTATE 55P03, too. */
  public Access retryingLockTimeouts() {
    return rules(new Rules(rules.isolation, rules.attempts, true, rules.isResolvable));
  }

  /**
   * The same with a transaction whose outcome is found out should the answer to its COMMIT be lost:
   * the server is then asked what became of it, over another connection. Its id must be known for
   * that, which costs a round trip at its beginning, or none if an isolation is set as well. A
   * server that has crashed in between gives numbers of lost transactions out again: what it calls
   * committed then stays unknown.
   */
  public Access resolvable() {
    return rules(new Rules(rules.isolation, rules.attempts, rules.retriesLockTimeouts, true));
  }

  private Access rules(Rules rules) {
    return new Access(mode, lane, budget, name, nesting, rules, role);
  }

  /**
   * The same as another role of the database, which the login must be a member of: {@code SET ROLE}
   * goes to the server with what else the lane wants of it, in no message more, and when somebody
   * else has the connection the role is gone. A lane that has a role of its own ({@code
   * lanes.<name>.role}) gives no other: that is refused. Behind a pooler in transaction mode the
   * role holds for transactions, and outside them is refused. What the role may not do PostgreSQL
   * refuses (SQLSTATE 42501). A statement that would leave the role is refused before it is sent;
   * one hidden in a function is not seen, so this keeps the service from mistakes and not from its
   * enemies.
   */
  public Access role(String role) {
    Objects.requireNonNull(role, "role");
    return new Access(mode, lane, budget, name, nesting, rules, role);
  }

  boolean isReadOnly() {
    return mode == Mode.READ_ONLY;
  }

  /** Whether a session may write. */
  public enum Mode {
    /**
     * PostgreSQL refuses writes (SQLSTATE 25006). On a data source that the service brought itself,
     * that holds only as far as its driver heeds {@code setReadOnly}: pgjdbc, unless told {@code
     * readOnlyMode=always}, does so only inside transactions.
     */
    READ_ONLY,
    /** Reads and writes. */
    READ_WRITE
  }

  /**
   * What a session is that begins inside another of the same manager, on the same thread. It never
   * borrows a second connection, so a pool cannot wait for itself; the lane it names does not
   * matter, its own deadline does.
   */
  public enum Nesting {
    /**
     * It runs on the connection of the outer one and, if that is in a transaction, in it. If the
     * work of an inner transaction throws, all of it is rolled back, whatever becomes of the
     * exception.
     */
    JOIN,
    /**
     * As {@link #JOIN}, but an inner transaction is a savepoint: if its work throws, only what it
     * did is rolled back, and the outer one may go on.
     */
    SAVEPOINT,
    /** It is refused: for work that must not be part of another. */
    REFUSE
  }

  /** What a transaction sees of others that run beside it. */
  public enum Isolation {
    /** What was committed before each statement. */
    READ_COMMITTED("READ COMMITTED", Connection.TRANSACTION_READ_COMMITTED),
    /** What was committed before its first statement; may fail with SQLSTATE 40001. */
    REPEATABLE_READ("REPEATABLE READ", Connection.TRANSACTION_REPEATABLE_READ),
    /** As if there were no others; may fail with SQLSTATE 40001. */
    SERIALIZABLE("SERIALIZABLE", Connection.TRANSACTION_SERIALIZABLE);

    private final String sql;
    private final int level;

    Isolation(String sql, int level) {
      this.sql = sql;
      this.level = level;
    }

    String sql() {
      return sql;
    }

    /** As JDBC numbers it. */
    int level() {
      return level;
    }
  }

  /**
   * How a transaction runs. Immutable.
   *
   * @param isolation what it sees of others, or null for what the server does by default
   * @param attempts how often it is tried at most, the first time included
   * @param retriesLockTimeouts whether it is tried again after a lock timeout
   * @param isResolvable whether its outcome is found out should the answer to its COMMIT be lost
   */
  public record Rules(
      @Nullable Isolation isolation,
      int attempts,
      boolean retriesLockTimeouts,
      boolean isResolvable) {

    private static final Rules USUAL = new Rules(null, 3, false, false);

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if there is no attempt
     */
    public Rules {
      if (attempts < 1) {
        throw new IllegalArgumentException(
            "A transaction of %d attempts would never run: attempts must be at least 1."
                .formatted(attempts));
      }
    }
  }
}
