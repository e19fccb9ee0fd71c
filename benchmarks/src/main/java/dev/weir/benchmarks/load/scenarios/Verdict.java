package dev.weir.benchmarks.load.scenarios;

/**
 * Whether a promise was kept. Immutable.
 *
 * @param row the row of the feature list that promises it
 * @param promised what, with its number
 * @param kept whether it was
 * @param found what was measured
 */
public record Verdict(String row, String promised, boolean kept, String found) {

  /** As it is printed. */
  public String line() {
    return "Promised (%s): %s. %s: %s.".formatted(row, promised, kept ? "Kept" : "MISSED", found);
  }
}
