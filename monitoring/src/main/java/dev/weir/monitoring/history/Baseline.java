package dev.weir.monitoring.history;

import java.util.Locale;

/**
 * What is usual for a series. Immutable.
 *
 * @param median half of the values lie below it
 * @param spread a robust measure of how far values lie from it: 1.4826 times the median absolute
 *     deviation, which for normal noise is the standard deviation; of the noise within an hour or
 *     between days, whichever is more, and 2 % of the median at least
 * @param days of how many days that hour is known; 0 if it rests on all of the last 24 hours
 */
public record Baseline(double median, double spread, int days) {

  /** How many spreads off a value is unusual. */
  public static final double FAR = 5;

  /** How many spreads the value lies off; infinite if nothing ever lay off. */
  public double distance(double value) {
    double off = Math.abs(value - median);
    return off == 0 ? 0 : off / spread;
  }

  /** Whether the value lies more than five spreads off. */
  public boolean isUnusual(double value) {
    return distance(value) > FAR;
  }

  /** The value, judged, in words. */
  public String words(double value) {
    return String.format(
        Locale.ROOT,
        "%s: %.4g, where %.4g +- %.4g is usual %s",
        isUnusual(value) ? "unusual" : "usual",
        value,
        median,
        FAR * spread,
        days == 0 ? "today" : "at this hour (" + days + " days)");
  }
}
