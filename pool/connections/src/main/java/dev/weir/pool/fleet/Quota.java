package dev.weir.pool.fleet;

import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * How many connections one instance may have, by what it saw of the others.
 *
 * <p>To shrink is done at once. To grow takes three things: the others are the same as some seconds
 * ago (after a restart of the server each comes back in its own time), they leave enough of the
 * budget, and they still do after the larger claim has been told; of two that grow at the same
 * moment the later one sees the other's claim, and yields. So claims never exceed the budget but
 * for the floor, below which no instance can work. A newcomer does not stand on its floor so long:
 * it doubles what it has at each look, so that others who start with it are seen in time.
 *
 * <p>A server that is full all the same (SQLSTATE 53300) takes a fifth away, for a while that is
 * doubled each time; half of it is left to chance.
 *
 * <p>For one thread.
 */
final class Quota {

  private static final long FIRST_PAUSE = Duration.ofSeconds(10).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMinutes(5).toNanos();

  private final int weight;
  private final int floor;
  private final int most;
  private final long settling;
  private final RandomGenerator chance;
  private int cap;
  private Set<String> seen = Set.of();
  private long since;
  private boolean begun;

  /** Until the others have been the same for long enough for the first time. */
  private boolean isNew = true;

  /** What a full server has left; {@link Integer#MAX_VALUE} while it is not full. */
  private int ceiling = Integer.MAX_VALUE;

  private long pause = FIRST_PAUSE;
  private long until;

  /**
   * A quota that begins with the floor.
   *
   * @param floor fewer it cannot have
   * @param most more it does not want
   * @param settling nanoseconds in which the others must stay the same before it grows
   */
  Quota(int weight, int floor, int most, long settling, RandomGenerator chance) {
    this.weight = weight;
    this.floor = floor;
    this.most = most;
    this.settling = settling;
    this.chance = chance;
    this.cap = floor;
  }

  /** How many it may have now. */
  int cap() {
    return cap;
  }

  /**
   * How many it should have, by one look.
   *
   * @param now nanoseconds
   */
  int target(Survey survey, long now) {
    if (!begun || !survey.ids().equals(seen)) {
      begun = true;
      seen = survey.ids();
      since = now;
    }
    if (ceiling != Integer.MAX_VALUE && now - until >= 0) {
      recover(survey, now);
    }
    return Math.max(floor, Math.min(Math.min(most, ceiling), survey.share(weight)));
  }

  private void recover(Survey survey, long now) {
    ceiling = ceiling + Math.max(1, ceiling / 4);
    until = now + jittered(FIRST_PAUSE);
    if (ceiling >= Math.min(most, survey.share(weight))) {
      ceiling = Integer.MAX_VALUE;
      pause = FIRST_PAUSE;
    }
  }

  /** The server has refused a login because it is full. */
  void refused(long now) {
    ceiling = Math.max(floor, cap * 4 / 5);
    until = now + jittered(pause);
    pause = Math.min(LONGEST_PAUSE, 2 * pause);
  }

  /** Whether it is the full server that keeps it small. */
  boolean isRefused() {
    return ceiling != Integer.MAX_VALUE;
  }

  private long jittered(long nanos) {
    return chance.nextLong(nanos / 2, nanos + 1);
  }

  /**
   * How far it may grow by this look: as far as is wanted once the others have been the same for
   * long enough; before that a newcomer to twice what it has, and nobody else at all.
   */
  int grown(int target, long now) {
    if (begun && now - since >= settling) {
      isNew = false;
      return target;
    }
    return isNew ? Math.min(target, 2 * cap) : cap;
  }

  /** Nothing is known of the others any more. */
  void unsettle() {
    begun = false;
  }

  /** From now on it may have so many. */
  void cap(int number) {
    cap = number;
  }
}
