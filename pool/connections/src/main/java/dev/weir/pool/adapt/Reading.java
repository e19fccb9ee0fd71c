package dev.weir.pool.adapt;

/**
 * What gate and server looked like at one moment. Immutable.
 *
 * @param nanos when, by a clock that never goes back
 * @param answered calls to the server answered since the start
 * @param busyNanos what all calls together have taken since the start, waits at the gate excluded
 * @param inUse permits held now
 * @param queued callers that wait for one now
 * @param full whether one that comes now would have to wait
 * @param epoch another number after each loss that made all connections doubtful
 */
public record Reading(
    long nanos, long answered, long busyNanos, int inUse, int queued, boolean full, int epoch) {

  private static final double SECOND = 1e9;

  /** Whether callers wait because the gate has no permit for them. */
  public boolean isBinding() {
    return full && queued > 0;
  }

  double secondsSince(Reading earlier) {
    return (nanos - earlier.nanos) / SECOND;
  }

  /** Calls a second since then. */
  double rateSince(Reading earlier) {
    double seconds = secondsSince(earlier);
    return seconds <= 0 ? 0 : (answered - earlier.answered) / seconds;
  }

  /** Seconds that a call took since then, in the mean; 0 if there was none. */
  double latencySince(Reading earlier) {
    long calls = answered - earlier.answered;
    return calls <= 0 ? 0 : (busyNanos - earlier.busyNanos) / SECOND / calls;
  }

  /** Calls that were under way since then, in the mean. */
  double concurrencySince(Reading earlier) {
    double seconds = secondsSince(earlier);
    return seconds <= 0 ? 0 : (busyNanos - earlier.busyNanos) / SECOND / seconds;
  }
}
