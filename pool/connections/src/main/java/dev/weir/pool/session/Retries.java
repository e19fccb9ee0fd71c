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

  /** Whether to try again now; the wait before it is over then. */
  public boolean again(Failed failed, Limits limits) {
    if (failed.number >= limits.attempts
        || !mayDoBetter(failed, limits.lockTimeouts)
        || Thread.currentThread().isInterrupted()) {
      return false;
    }
    Duration wait = USUAL.delay(failed.number, random);
    if (Deadline.current().remaining().compareTo(wait) <= 0) {
      return false;
    }
    if (!limits.budget.spend()) {
      failed.failure.addSuppressed(
          new IllegalStateException(
              "Not tried again: too many transactions of this lane need more than one try (%s)."
                  .formatted(limits.budget)));
      return false;
    }
    return pause.await(wait);
  }

  private boolean mayDoBetter(Failed failed, boolean lockTimeouts) {
    boolean known = false;
    @Nullable Throwable each = failed.failure;
    for (int depth = 0; each != null && depth < DEEPEST_CAUSE; depth++) {
      if (never.isInstance(each)) {
        return false;
      }
      known |= each instanceof SQLException sql && mayDoBetter(sql, failed.lost, lockTimeouts);
      each = each.getCause();
    }
    return known;
  }

  private static boolean mayDoBetter(SQLException failure, boolean lost, boolean lockTimeouts) {
    String state = Objects.requireNonNullElse(failure.getSQLState(), "");
    return CONFLICTS.contains(state)
        || StalePlan.isReasonFor(failure)
        || (lockTimeouts && state.equals(LOCK_TIMEOUT))
        || (lost && (state.startsWith("08") || SHUTDOWNS.contains(state)));
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
