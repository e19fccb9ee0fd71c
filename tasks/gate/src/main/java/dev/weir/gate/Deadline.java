package dev.weir.gate;

import java.time.Duration;
import java.util.Objects;

/**
 * The moment by which a caller wants an answer: one budget for everything it does.
 *
 * <p>A deadline bound by {@link #within} is seen by all that runs inside the block on the same
 * thread: the wait for a permit, the wait for a result, the work itself. A nested deadline can only
 * be sooner. It does not follow work to another thread by itself; Weir's task manager captures and
 * binds it again. Immutable, safe to share between threads.
 */
public final class Deadline {

  /** No deadline: the answer may take for ever. */
  public static final Deadline NONE = new Deadline(Ticker.SYSTEM, 0, false);

  private static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();
  private static final long LONGEST = Long.MAX_VALUE / 2;

  private final Ticker ticker;
  private final long at;
  private final boolean bound;

  private Deadline(Ticker ticker, long at, boolean bound) {
    this.ticker = ticker;
    this.at = at;
    this.bound = bound;
  }

  /**
   * The deadline that lies {@code budget} ahead of now.
   *
   * @param budget how long from now; zero or less gives a deadline that has already passed
   */
  public static Deadline in(Duration budget) {
    return in(budget, Ticker.SYSTEM);
  }

  /**
   * The deadline that lies {@code budget} ahead on the given clock.
   *
   * @param budget how long from now; zero or less gives a deadline that has already passed
   * @param ticker the clock that decides when it has passed
   */
  public static Deadline in(Duration budget, Ticker ticker) {
    long nanos = saturatedNanos(Objects.requireNonNull(budget, "budget"));
    return new Deadline(ticker, ticker.nanos() + Math.clamp(nanos, 0, LONGEST), true);
  }

  /** The deadline bound around the running code, or {@link #NONE}. */
  public static Deadline current() {
    return CURRENT.orElse(NONE);
  }

  /**
   * Runs {@code work} under a deadline {@code budget} ahead, or under the current one if that is
   * sooner, and returns its result.
   *
   * <p>The work is not interrupted when the deadline passes; each wait inside it ends then.
   *
   * @throws X what the work throws, untouched
   */
  public static <R, X extends Throwable> R within(
      Duration budget, ScopedValue.CallableOp<? extends R, X> work) throws X {
    return in(budget).sooner(current()).call(work);
  }

  /**
   * As {@link #within}, for work without a result.
   *
   * @throws X what the work throws, untouched
   */
  public static <X extends Throwable> void useWithin(Duration budget, Work<X> work) throws X {
    in(budget).sooner(current()).run(work);
  }

  /**
   * Binds exactly this deadline around {@code work}: for code that carries it to another thread.
   *
   * @throws X what the work throws, untouched
   */
  public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> work) throws X {
    return ScopedValue.where(CURRENT, this).<R, X>call(work);
  }

  /**
   * As {@link #call}, for work without a result.
   *
   * @throws X what the work throws, untouched
   */
  public <X extends Throwable> void run(Work<X> work) throws X {
    ScopedValue.where(CURRENT, this)
        .<Boolean, X>call(
            () -> {
              work.run();
              return true;
            });
  }

  /**
   * Whichever of the two passes first. Deadlines of different clocks are compared by what is left
   * of each.
   */
  public Deadline sooner(Deadline other) {
    if (!other.bound) {
      return this;
    }
    return !bound || other.remainingNanos() < remainingNanos() ? other : this;
  }

  /** Nanoseconds left, zero once it has passed, {@link Long#MAX_VALUE} if there is no deadline. */
  public long remainingNanos() {
    return bound ? Math.max(0, at - ticker.nanos()) : Long.MAX_VALUE;
  }

  /** The time left, zero once it has passed; about 292 years if there is no deadline. */
  public Duration remaining() {
    return Duration.ofNanos(remainingNanos());
  }

  /** Whether the moment has come. */
  public boolean hasPassed() {
    return remainingNanos() == 0;
  }

  /** Whether there is a deadline at all. */
  public boolean isBound() {
    return bound;
  }

  @Override
  public String toString() {
    return bound ? "deadline in " + remaining() : "no deadline";
  }

  private static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException _) {
      return duration.isNegative() ? 0 : LONGEST;
    }
  }

  /**
   * Work without a result, which may fail in its own way.
   *
   * @param <X> what it may throw
   */
  @FunctionalInterface
  public interface Work<X extends Throwable> {
    /** Does the work. */
    void run() throws X;
  }
}
