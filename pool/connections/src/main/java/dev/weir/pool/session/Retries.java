package dev.weir.pool.session;

import dev.weir.gate.Deadline;
import dev.weir.gate.Retry;
import dev.weir.gate.RetryBudget;
import dev.weir.pool.lease.StalePlan;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether a transaction that was rolled back is tried again, and when. Only what has left nothing
 * behind is: the server undid it and said that another try may do better, a table was changed under
 * a prepared statement, or the connection was lost before COMMIT was sent. Safe for use by many
 * threads.
 *
 * <p>Tries after trouble (a lost connection, a lock that was not had in time) are paid for out of
 * the lane's budget, so that they cannot multiply an outage. Those after a conflict or a changed
 * table are not: the winner has committed, so work goes on however many lose, and what bounds them
 * is the number of attempts and the deadline.
 */
public final class Retries {

  private static final Retry USUAL =
      Retry.exponential(Duration.ofMillis(4), Duration.ofMillis(500));

  /** Serialization failure, deadlock. */
  private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

  private static final String LOCK_TIMEOUT = "55P03";

  /** Connection trouble as the driver or the server tell of it. */
  private static final Set<String> SHUTDOWNS = Set.of("57P01", "57P02", "57P03");

  private static final int DEEPEST_CAUSE = 20;

  private final Class<? extends Throwable> never;
  private final RandomGenerator random;
  private final Pause pause;

  /**
   * With chance and time as given.
   *
   * @param never a failure that is or contains one of these is not tried again
   */
  public Retries(Class<? extends Throwable> never, RandomGenerator random, Pause pause) {
    this.never = never;
    this.random = random;
    this.pause = pause;
  }

  /** With real chance and real time. */
  public static Retries of(Class<? extends Throwable> never) {
    return new Retries(never, () -> ThreadLocalRandom.current().nextLong(), Retries::park);
  }

  /** Lets time pass. */
  @FunctionalInterface
  public interface Pause {
    /** Whether it has passed; false if the thread was interrupted. */
    boolean await(Duration time);
  }

  /**
   * What has failed.
   *
   * @param number how many tries there were
   * @param failure what the caller would get
   * @param lost whether its connection was lost
   */
  public record Failed(int number, Throwable failure, boolean lost) {}

  /** What the caller allows. */
  public record Limits(int attempts, boolean lockTimeouts, RetryBudget budget) {}

  /** Why another try may do better. */
  private enum Reason {
    /** It does not. */
    NONE,
    /** What stood in the way is over: the other transaction was first, the table has changed. */
    OVERTAKEN,
    /** Something is away or too busy, for others as well: tries that pile up make it worse. */
    TROUBLE
  }

  /** Whether to try again now; the wait before it is over then. */
  public boolean again(Failed failed, Limits limits) {
    Reason reason =
        failed.number < limits.attempts ? reason(failed, limits.lockTimeouts) : Reason.NONE;
    if (reason == Reason.NONE || Thread.currentThread().isInterrupted()) {
      return false;
    }
    Duration wait = USUAL.delay(failed.number, random);
    if (Deadline.current().remaining().compareTo(wait) <= 0) {
      return false;
    }
    if (reason == Reason.TROUBLE && !limits.budget.spend()) {
      failed.failure.addSuppressed(
          new IllegalStateException(
              "Not tried again: too many transactions of this lane have lost connections or waited for locks in vain (%s)."
                  .formatted(limits.budget)));
      return false;
    }
    return pause.await(wait);
  }

  private Reason reason(Failed failed, boolean lockTimeouts) {
    Reason known = Reason.NONE;
    @Nullable Throwable each = failed.failure;
    for (int depth = 0; each != null && depth < DEEPEST_CAUSE; depth++) {
      if (never.isInstance(each)) {
        return Reason.NONE;
      }
      if (known == Reason.NONE && each instanceof SQLException sql) {
        known = reason(sql, failed.lost, lockTimeouts);
      }
      each = each.getCause();
    }
    return known;
  }

  private static Reason reason(SQLException failure, boolean lost, boolean lockTimeouts) {
    String state = Objects.requireNonNullElse(failure.getSQLState(), "");
    if (CONFLICTS.contains(state) || StalePlan.isReasonFor(failure)) {
      return Reason.OVERTAKEN;
    }
    boolean trouble =
        (lockTimeouts && state.equals(LOCK_TIMEOUT))
            || (lost && (state.startsWith("08") || SHUTDOWNS.contains(state)));
    return trouble ? Reason.TROUBLE : Reason.NONE;
  }

  /** The first SQLSTATE in what was thrown and its causes; empty if there is none. */
  public static String sqlState(Throwable failure) {
    @Nullable Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST_CAUSE; depth++) {
      if (each instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
      each = each.getCause();
    }
    return "";
  }

  /** Real time, spent parked. */
  public static boolean park(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(left);
    }
    return true;
  }
}
