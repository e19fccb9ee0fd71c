package dev.weir.monitoring.slo.window;

/**
 * Calls that were counted. Immutable.
 *
 * @param good how many kept the objective
 * @param bad how many did not
 */
public record Counts(long good, long bad) {

  /** None. */
  public static final Counts NONE = new Counts(0, 0);

  /** All of them. */
  public long total() {
    return good + bad;
  }

  /** These and those. */
  public Counts plus(Counts more) {
    return new Counts(good + more.good, bad + more.bad);
  }

  /** The share of bad ones, 0 if there are none at all. */
  public double badShare() {
    return total() == 0 ? 0 : (double) bad / total();
  }
}
