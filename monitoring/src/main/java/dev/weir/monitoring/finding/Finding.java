package dev.weir.monitoring.finding;

/**
 * One thing that is not as it should be. Immutable.
 *
 * @param severity how bad it is
 * @param cause what is so
 * @param mend what to do
 */
public record Finding(Severity severity, String cause, String mend) {

  /** How bad something is, from mild to bad. */
  public enum Severity {
    /** It works, but not as it should. */
    POOR,
    /** Nobody can tell. */
    UNCLEAR,
    /** It does not work. */
    BROKEN
  }
}
