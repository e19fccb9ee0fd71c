package dev.weir.pool;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a session is wanted. Immutable; the withers return a changed copy.
 *
 * @param mode whether it may write
 * @param lane the lane of the gate in which to wait
 * @param budget the time within which the call must have its permit and its own deadline-aware
 *     waits must end, or null for what is left of the caller's own deadline
 */
public record Access(Mode mode, String lane, @Nullable Duration budget) {

  /** The lane of callers that say nothing else. */
  public static final String DEFAULT_LANE = "interactive";

  private static final Access READ_WRITE = new Access(Mode.READ_WRITE, DEFAULT_LANE, null);
  private static final Access READ_ONLY = new Access(Mode.READ_ONLY, DEFAULT_LANE, null);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the budget is zero or negative
   */
  public Access {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(lane, "lane");
    if (budget != null && !budget.isPositive()) {
      throw new IllegalArgumentException(
          "The deadline of a session must lie ahead, but is " + budget + ".");
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
    return new Access(mode, lane, budget);
  }

  /**
   * The same under a {@link dev.weir.gate.Deadline} that lies {@code budget} ahead of the call; a
   * sooner one of the caller wins. The wait for a permit ends then, and so does every wait inside
   * the session that heeds deadlines; a statement still running on the server is cancelled, with
   * {@code SQLTimeoutException} and SQLSTATE 57014.
   */
  public Access deadline(Duration budget) {
    return new Access(mode, lane, Objects.requireNonNull(budget, "budget"));
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
}
