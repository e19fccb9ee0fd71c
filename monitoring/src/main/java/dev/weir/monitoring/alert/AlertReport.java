package dev.weir.monitoring.alert;

import dev.weir.monitoring.slo.Severity;
import java.time.Instant;

/**
 * How one alert stands, or stood when it changed. Immutable.
 *
 * @param key what it is about
 * @param state where it stands
 * @param before where it stood before its last change
 * @param severity how soon somebody must look
 * @param at when it came there
 * @param fired how often it has fired
 * @param silent whether nobody was told, because it is cooling down
 * @param text what is wrong, with the figures, and what to do
 */
public record AlertReport(
    String key,
    AlertState state,
    AlertState before,
    Severity severity,
    Instant at,
    long fired,
    boolean silent,
    String text) {

  /** One line for people. */
  public String line() {
    return "%s %s since %s: %s".formatted(severity, key + " is " + state, at, text);
  }
}
