package dev.weir.pool.socket;

import java.util.random.RandomGenerator;

/**
 * The time in which no socket can be opened: the breaker of a node. After a failure one try at a
 * time is made, the probe, and the first that succeeds ends it.
 *
 * <p>Half of each pause stands and half is chance (equal jitter: Brooker, "Exponential Backoff and
 * Jitter", AWS 2015), so that a pause is never none and services do not come together. How long it
 * is depends on what failed. A server that is away or starts is asked often, since its return is
 * what everybody waits for; one that is full, or has a certificate that is not accepted, seldom;
 * and one that refuses the login hardly ever, since it may lock the account and nothing mends
 * itself.
 *
 * <p>Guarded by its owner's monitor.
 */
final class Outage {

  private final RandomGenerator chance;
  private int failures;
  private int pauses;
  private boolean pausing;
  private Kind kind = Kind.AWAY;

  Outage(RandomGenerator chance) {
    this.chance = chance;
  }

  /** What kind of trouble it is. */
  private enum Kind {
    AWAY(50, 250),
    FULL(500, 10_000),
    UNTRUSTED(1_000, 10_000),
    HOPELESS(1_000, 60_000);

    /** Tries of the usual rhythm, some twelve seconds; what is away for longer is asked less. */
    private static final int OFTEN = 64;

    private static final int RARER = 4;

    private final long firstMillis;
    private final long longestMillis;

    Kind(long firstMillis, long longestMillis) {
      this.firstMillis = firstMillis;
      this.longestMillis = longestMillis;
    }

    static Kind of(ConnectTrouble trouble) {
      return switch (trouble) {
        case LOGIN, PASSWORD, NO_DATABASE, UNFIT -> HOPELESS;
        case FULL -> FULL;
        case TLS -> UNTRUSTED;
        case INTERRUPTED, NOT_READY, MISCOUNTED, UNREACHABLE, ROLE, OTHER -> AWAY;
      };
    }

    long most(int failures) {
      long most = Math.min(longestMillis, firstMillis << Math.min(failures - 1, 16));
      return this == AWAY && failures > OFTEN ? RARER * most : most;
    }
  }

  /**
   * A try has failed.
   *
   * @return how many milliseconds to pause; 0 if a pause has begun already
   */
  long failed(ConnectTrouble trouble) {
    if (pausing) {
      return 0;
    }
    Kind now = Kind.of(trouble);
    failures = now == kind ? failures + 1 : 1;
    kind = now;
    pausing = true;
    pauses++;
    long most = kind.most(failures);
    return chance.nextLong(most / 2, most + 1);
  }

  /** Which pause this is, or the last one. */
  int pauses() {
    return pauses;
  }

  /** That pause is over. */
  void resume(int pause) {
    pausing &= pause != pauses;
  }

  /** A try has succeeded. */
  void end() {
    failures = 0;
    kind = Kind.AWAY;
  }

  boolean isPausing() {
    return pausing;
  }

  /** Whether the last try failed. */
  boolean isOn() {
    return failures > 0;
  }

  /** Whether waiting mends nothing. */
  boolean isHopeless() {
    return failures > 0 && (kind == Kind.HOPELESS || kind == Kind.UNTRUSTED);
  }
}
